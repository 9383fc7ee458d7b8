import type {
  ConnectClient,
  DescribeContactCommandInput,
  ListAssociatedContactsCommandInput,
} from "@aws-sdk/client-connect";
import { isReportable } from "../../cli/errors.ts";
import type { Clock } from "../../lambda/ports.ts";
import type { ContactReads } from "../../lambda/resolve/read-evidence.ts";
import { readsPerSecond } from "../../lambda/resolve/reads-at-pace.ts";
import { createPace, type Pace } from "../../lambda/transfer/pace.ts";
import { answerOf, explainError, isHopeless, isThrottled } from "../aws/explain-error.ts";

/** Connect's reads for an operator. */
export interface OperatorReads extends ContactReads {
  /** Why other contacts cannot be read either; undefined while Connect answers. */
  readonly blocked: string | undefined;
}

/** So many failures of Connect in a row, each after its retries, and the next ones are not worth waiting for. */
const maxFruitless = 3;

/** Each read at a pace of its own; a throttled one is read again. Connect's client is loaded for the first one. */
export function createContactReads(openConnect: () => Promise<ConnectClient>, clock: Clock): OperatorReads {
  let loaded: ReturnType<typeof loadReads> | undefined;
  const load = () => {
    loaded ??= loadReads(openConnect);
    return loaded;
  };
  const describePace = createPace(readsPerSecond.describeContact, clock, () => 0);
  const listPace = createPace(readsPerSecond.listAssociatedContacts, clock, () => 0);
  let fruitless = 0;
  let blocked: string | undefined;
  const note = (error: unknown, action: string, instanceId: string | undefined) => {
    const status = answerOf(error).$metadata?.httpStatusCode;
    const isFailing = status === undefined || status >= 500;
    fruitless = isFailing ? fruitless + 1 : 0;
    if (!isHopeless(error) && status !== undefined && fruitless < maxFruitless) return;
    const explained = explainError(error, { action, of: `the instance ${instanceId}` });
    if (isReportable(explained)) blocked ??= explained.message;
  };
  const read = async <T>(call: ReadCall<T>, instanceId: string | undefined, signal: AbortSignal) => {
    try {
      const answer = await atPace(call.pace, signal, call.send);
      fruitless = 0;
      return answer;
    } catch (error) {
      if (!signal.aborted) note(error, call.action, instanceId);
      throw error;
    }
  };
  return {
    now: () => clock.now(),
    get blocked() {
      return blocked;
    },
    describeContact(input, signal) {
      const send = async () => (await load()).describeContact(input, { abortSignal: signal });
      const call = { action: "connect:DescribeContact", pace: describePace, send };
      return read(call, input.InstanceId, signal);
    },
    listAssociatedContacts(input, signal) {
      const send = async () => (await load()).listAssociatedContacts(input, { abortSignal: signal });
      const call = { action: "connect:ListAssociatedContacts", pace: listPace, send };
      return read(call, input.InstanceId, signal);
    },
  };
}

async function loadReads(openConnect: () => Promise<ConnectClient>) {
  const [connect, { DescribeContactCommand, ListAssociatedContactsCommand }] = await Promise.all([
    openConnect(),
    import("@aws-sdk/client-connect"),
  ]);
  return {
    describeContact: (input: DescribeContactCommandInput, options: CallOptions) =>
      connect.send(new DescribeContactCommand(input), options),
    listAssociatedContacts: (input: ListAssociatedContactsCommandInput, options: CallOptions) =>
      connect.send(new ListAssociatedContactsCommand(input), options),
  };
}

interface CallOptions {
  readonly abortSignal: AbortSignal;
}

interface ReadCall<T> {
  /** In the words of an IAM policy. */
  readonly action: string;
  readonly pace: Pace;
  readonly send: () => Promise<T>;
}

async function atPace<T>(pace: Pace, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  for (;;) {
    await pace.acquire(Number.POSITIVE_INFINITY, signal);
    signal.throwIfAborted();
    try {
      const answer = await read();
      pace.onAccepted();
      return answer;
    } catch (error) {
      if (!isThrottled(error)) throw error;
      pace.onThrottled();
    }
  }
}
