import {
  type ConnectClient,
  DescribeContactCommand,
  ListAssociatedContactsCommand,
  StartTaskContactCommand,
  StopContactCommand,
  TransferContactCommand,
} from "@aws-sdk/client-connect";
import type { Clock } from "../../lambda/ports.ts";
import { answerOf, askAws, isHopeless, isThrottled } from "../aws/explain-error.ts";
import type { Journal, ProbedContacts } from "./journal.ts";

/** Where a probe makes its own task and transfers it to. */
export interface ProbeTarget {
  readonly instanceId: string;
  readonly contactFlowId: string;
  readonly queueId: string;
}

export interface ProbeDeps {
  readonly connect: ConnectClient;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Between two requests, so that transfers keep their quota. */
  readonly pauseMs: number;
  /** How long the reads may take to show a transfer. */
  readonly patienceMs: number;
  /** Distinguishes this run's task and tokens. */
  readonly runId: string;
  readonly onStep?: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Connect's answer to a request under a token that was used before. */
export type RepeatedAnswer =
  | { readonly kind: "same contact" }
  | { readonly kind: "another contact" }
  | { readonly kind: "refused"; readonly name: string; readonly message: string };

/** What was observed. Milliseconds count from the answer to the transfer; undefined: not within the probe's patience. */
export interface ProbeFacts {
  readonly taskId: string;
  readonly movedTo: string;
  readonly repeatedAtOnce: RepeatedAnswer;
  readonly repeatedAfterEnd: RepeatedAnswer;
  /** Under the same token, without the queue. */
  readonly repeatedWithOtherParameters: RepeatedAnswer;
  readonly shownAsEndedAfterMs?: number;
  readonly successorShownAfterMs?: number;
  readonly successorListedAfterMs?: number;
  readonly disconnectReason?: string;
  readonly initiationMethod?: string;
  readonly successorQueueId?: string;
  /** Whether the list of a contact that has ended holds that contact itself. */
  readonly listHoldsItself?: boolean;
}

/** A request that made a task or a transfer, answered or refused. */
export interface ProbedRequest {
  readonly action: ProbeAction;
  /** The name of the API's operation. */
  readonly eventName: string;
  readonly clientToken: string;
  /** As Connect's answer names it. */
  readonly requestId?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

type ProbeAction = "connect:StartTaskContact" | "connect:TransferContact";

export interface ProbeRun {
  readonly facts: ProbeFacts;
  /** In their order. */
  readonly requests: readonly ProbedRequest[];
}

/** Minutes after which Connect ends what a crashed probe has left behind. */
const expiryMinutes = 60;

/** Finds out how an instance treats tokens and reads, on a task of its own. Ends what it made, whatever happens. */
export async function runProbe(target: ProbeTarget, deps: ProbeDeps): Promise<ProbeRun> {
  const probe = new Probe(target, deps);
  try {
    const facts = await probe.run();
    return { facts, requests: probe.requests };
  } finally {
    await probe.cleanUp();
  }
}

/** Ends the contacts of a journal. It can be repeated. Returns those that could not be ended, with the reason. */
export async function cleanUpProbe(
  { instanceId, contactIds }: ProbedContacts,
  { connect, clock, pauseMs }: Pick<ProbeDeps, "connect" | "clock" | "pauseMs">,
): Promise<ReadonlyMap<string, string>> {
  const failed = new Map<string, string>();
  for (const ContactId of contactIds) {
    await clock.sleep(pauseMs);
    try {
      await connect.send(new StopContactCommand({ InstanceId: instanceId, ContactId }));
    } catch (error) {
      const { name, message } = error as Error;
      // It has ended already.
      if (!/^(ContactNotFoundException|InvalidRequestException|ResourceNotFoundException)$/.test(name))
        failed.set(ContactId, `${name}: ${message}`);
    }
  }
  return failed;
}

class Probe {
  readonly #target: ProbeTarget;
  readonly #deps: ProbeDeps;
  readonly #made = new Set<string>();
  readonly requests: ProbedRequest[] = [];
  #calls = 0;

  constructor(target: ProbeTarget, deps: ProbeDeps) {
    this.#target = target;
    this.#deps = deps;
  }

  async run(): Promise<ProbeFacts> {
    const { clock, runId, onStep } = this.#deps;
    const token = `contact-transfer-probe-${runId}`;
    onStep?.("starts a task");
    const taskId = await this.#startTask(token);
    onStep?.("transfers it, and repeats the request under the same token");
    const movedTo = await this.#transfer(taskId, token);
    const movedAt = clock.monotonic();
    const repeatedAtOnce = await this.#repeat(taskId, movedTo, token);
    onStep?.("waits until Connect's reads show the transfer");
    const seen = await this.#watch(taskId, movedTo, movedAt);
    onStep?.("repeats the request after the end of the task, and with other parameters");
    const repeatedAfterEnd = await this.#repeat(taskId, movedTo, token);
    const repeatedWithOtherParameters = await this.#repeat(taskId, movedTo, token, false);
    return { taskId, movedTo, repeatedAtOnce, repeatedAfterEnd, repeatedWithOtherParameters, ...seen };
  }

  async cleanUp(): Promise<void> {
    const { journal, onStep } = this.#deps;
    if (this.#made.size === 0) return;
    onStep?.("ends the contacts that it made");
    const { instanceId } = this.#target;
    const contactIds = [...this.#made];
    const failed = await cleanUpProbe({ instanceId, contactIds, unansweredTasks: [] }, this.#deps);
    journal.write({ cleanedUp: contactIds, failed: Object.fromEntries(failed) });
  }

  async #startTask(token: string): Promise<string> {
    const { instanceId: InstanceId, contactFlowId: ContactFlowId } = this.#target;
    const Name = token;
    const ClientToken = `${token}-task`;
    const command = new StartTaskContactCommand({
      InstanceId,
      ContactFlowId,
      Name,
      ClientToken,
      SegmentAttributes: {
        "connect:ContactExpiry": { ValueMap: { ExpiryDuration: { ValueInteger: expiryMinutes } } },
      },
    });
    const { ContactId } = await this.#call("connect:StartTaskContact", { name: Name }, () =>
      this.#record("connect:StartTaskContact", ClientToken, () => this.#deps.connect.send(command)),
    );
    return this.#keep(ContactId);
  }

  async #transfer(taskId: string, token: string, withQueue = true): Promise<string> {
    const { instanceId: InstanceId, contactFlowId: ContactFlowId, queueId: QueueId } = this.#target;
    const input = { InstanceId, ContactId: taskId, ContactFlowId, ...(withQueue && { QueueId }) };
    const command = new TransferContactCommand({ ...input, ClientToken: token });
    const { ContactId } = await this.#call("connect:TransferContact", { of: taskId }, () =>
      this.#record("connect:TransferContact", token, () => this.#deps.connect.send(command)),
    );
    return this.#keep(ContactId);
  }

  /** Keeps the request's id, by which CloudTrail names it too. */
  async #record<T extends Answered>(
    action: ProbeAction,
    clientToken: string,
    send: () => Promise<T>,
  ): Promise<T> {
    const at = this.#deps.clock.now();
    const keep = (answered: Answered) => {
      const eventName = action.slice("connect:".length);
      this.requests.push({ action, eventName, clientToken, requestId: answered.$metadata?.requestId, at });
    };
    try {
      const answer = await send();
      keep(answer);
      return answer;
    } catch (error) {
      keep(answerOf(error));
      throw error;
    }
  }

  async #repeat(taskId: string, movedTo: string, token: string, withQueue = true): Promise<RepeatedAnswer> {
    try {
      const again = await this.#transfer(taskId, token, withQueue);
      return { kind: again === movedTo ? "same contact" : "another contact" };
    } catch (error) {
      const { name = "Error", message = "", $metadata } = answerOf(error);
      if ($metadata?.httpStatusCode === undefined || isHopeless(error)) throw error;
      return { kind: "refused", name, message };
    }
  }

  /** Reads until everything is shown, or patience ends. */
  async #watch(taskId: string, movedTo: string, movedAt: number) {
    const { clock, patienceMs } = this.#deps;
    const seen: { -readonly [name in keyof ProbeFacts]?: ProbeFacts[name] } = {};
    const since = () => Math.round(clock.monotonic() - movedAt);
    do {
      const task = await this.#describe(taskId);
      if (task?.DisconnectTimestamp) {
        seen.shownAsEndedAfterMs ??= since();
        seen.disconnectReason ??= task.DisconnectReason;
      }
      const successor = await this.#describe(movedTo);
      if (successor) {
        seen.successorShownAfterMs ??= since();
        seen.initiationMethod ??= successor.InitiationMethod;
        seen.successorQueueId ??= successor.QueueInfo?.Id;
      }
      const listed = await this.#list(taskId);
      if (listed.includes(movedTo)) {
        seen.successorListedAfterMs ??= since();
        seen.listHoldsItself = listed.includes(taskId);
      }
    } while (!isAllSeen(seen) && since() < patienceMs && !this.#deps.signal.aborted);
    return seen;
  }

  async #describe(ContactId: string) {
    const { instanceId: InstanceId } = this.#target;
    return this.#read("connect:DescribeContact", ContactId, async () => {
      const { Contact } = await this.#deps.connect.send(
        new DescribeContactCommand({ InstanceId, ContactId }),
      );
      return Contact;
    });
  }

  async #list(ContactId: string): Promise<(string | undefined)[]> {
    const { instanceId: InstanceId } = this.#target;
    const listed = await this.#read("connect:ListAssociatedContacts", ContactId, async () => {
      const input = { InstanceId, ContactId, MaxResults: 100 };
      const { ContactSummaryList = [] } = await this.#deps.connect.send(
        new ListAssociatedContactsCommand(input),
      );
      return ContactSummaryList.map((summary) => summary.ContactId);
    });
    return listed ?? [];
  }

  /** Undefined for what Connect does not show yet, or throttles. */
  async #read<T>(action: string, of: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#call(action, { of }, read);
    } catch (error) {
      const { name = "" } = answerOf(error);
      if (isThrottled(error) || /^(ResourceNotFound|InvalidRequest)/.test(name)) return undefined;
      throw error;
    }
  }

  /** One call, on the disk before it is made, and after a pause. */
  async #call<T>(
    action: string,
    about: Readonly<Record<string, unknown>>,
    call: () => Promise<T>,
  ): Promise<T> {
    const { clock, journal, pauseMs, signal } = this.#deps;
    signal.throwIfAborted();
    await clock.sleep(pauseMs, signal);
    const number = ++this.#calls;
    const { instanceId } = this.#target;
    journal.write({ call: number, action, instanceId, ...about });
    try {
      const answer = await askAws(action, `the instance ${instanceId}`, call);
      const { ContactId: contactId } = answer as { ContactId?: string };
      journal.write({ call: number, answered: true, ...(contactId !== undefined && { contactId }) });
      return answer;
    } catch (error) {
      const { name, message } = answerOf(error);
      journal.write({ call: number, error: name, message });
      throw error;
    }
  }

  #keep(contactId: string | undefined): string {
    if (contactId === undefined) throw new Error("Connect's answer names no contact.");
    this.#made.add(contactId);
    return contactId;
  }
}

/** What an answer and a refusal have in common. */
interface Answered {
  readonly $metadata?: { readonly requestId?: string };
}

function isAllSeen(seen: Partial<ProbeFacts>): boolean {
  return [seen.shownAsEndedAfterMs, seen.successorShownAfterMs, seen.successorListedAfterMs].every(
    (ms) => ms !== undefined,
  );
}
