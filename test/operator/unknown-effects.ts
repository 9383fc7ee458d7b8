import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { Clock } from "../../lambda/ports.ts";
import { makeConnectHandler } from "../../local/services/connect/connect-endpoint.ts";
import type { Faults } from "../../local/services/connect/faults.ts";
import { ConnectWorld, type ConnectWorldOptions } from "../../local/services/connect/world/connect-world.ts";
import { startHttpServer } from "../../local/services/http-server.ts";
import type { Session } from "../../operate/session.ts";
import { instanceArn, instanceId, makeEnvelope } from "../makers.ts";
import {
  makeFailure,
  sendLetter,
  startTestQueues,
  type TestOptions,
  type TestQueues,
} from "./dead-letter-queues.ts";

const hourMs = 3_600_000;

/** Paces and waits are a hundred times as fast. */
const fastClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now() * 100,
  sleep: (ms, signal) => setTimeout(ms / 100, undefined, { signal }),
};

export interface UnknownEffectsOptions extends Partial<ConnectWorldOptions> {
  /** Whether EventBridge refuses what is published. */
  readonly isBusOut?: boolean;
  /** Called when something is published, before it is accepted. */
  readonly onPublish?: () => Promise<void> | void;
  /** Of Connect's answers. */
  readonly faults?: Faults;
  /** Called for each read of a contact, before it is answered. */
  readonly onRead?: (operation: string) => void;
  readonly queues?: TestOptions;
}

/** What was put on the bus. */
interface Published {
  readonly DetailType: string;
  readonly Source: string;
  readonly Detail: string;
}

/** Queues, a Connect that an hour ago was asked to move contacts, and a bus that keeps what is published. */
export interface UnknownEffects {
  readonly world: ConnectWorld;
  readonly queues: TestQueues;
  readonly session: Session;
  readonly published: readonly Published[];
  /** The audit file. */
  readonly audit: string;
  readAudit(): Promise<{ action: string; why?: string; [fact: string]: unknown }[]>;
  /** An hour passes in Connect. */
  later(): void;
  /** A request to move a contact to queue-1. */
  move(contactId: string): void;
  end(contactId: string): void;
  /** A dead letter of an intent whose answer was lost an hour ago. */
  fail(contactId: string, failure?: object): Promise<string>;
}

export async function startUnknownEffects(
  context: TestContext,
  {
    isBusOut = false,
    onPublish,
    faults,
    onRead,
    queues: queueOptions,
    ...options
  }: UnknownEffectsOptions = {},
): Promise<UnknownEffects> {
  const clock = { now: Date.now() - hourMs };
  let ids = 0;
  const world = new ConnectWorld({
    seed: { instances: { [instanceArn]: { contactFlows: {}, queues: [], users: [], contacts: {} } } },
    openWorld: true,
    now: () => clock.now,
    newId: () => `new-${++ids}`,
    ...options,
  });
  const onRequest = ({ operation }: { operation: string }) => onRead?.(operation);
  const connect = await startHttpServer(makeConnectHandler({ world, faults, onRequest }));
  const published: Published[] = [];
  const bus = await startHttpServer(async (request) => {
    await onPublish?.();
    if (isBusOut) return new Response(JSON.stringify({ __type: "AccessDeniedException" }), { status: 400 });
    const { Entries } = (await request.json()) as { Entries: Published[] };
    published.push(...Entries);
    return Response.json({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: "e" })) });
  });
  const queues = await startTestQueues(context, { connectUrl: connect.url, ...queueOptions });
  const eventBridge = new EventBridgeClient({
    endpoint: bus.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const directory = await mkdtemp(join(tmpdir(), "resolve-"));
  context.after(async () => {
    eventBridge.destroy();
    await Promise.all([connect.close(), bus.close(), rm(directory, { recursive: true })]);
  });
  const outputs = {
    eventBusName: "default",
    intentQueueUrl: queues.intentQueueUrl,
    deadLetterQueueUrl: queues.deadLetterQueueUrl,
  };
  const audit = join(directory, "audit.jsonl");
  const of = (ContactId: string) => ({ InstanceId: instanceId, ContactId });
  return {
    world,
    queues,
    session: {
      ...queues.session,
      clock: fastClock,
      deployment: { ...queues.session.deployment, outputs, outcomeSource: "contact-transfer" },
      eventBridge: async () => eventBridge,
    },
    published,
    audit,
    async readAudit() {
      const lines = (await readFile(audit, "utf8")).trim().split("\n");
      return lines.map((line) => JSON.parse(line));
    },
    later() {
      clock.now = Date.now();
    },
    move: (contactId) =>
      void world.transferContact({ ...of(contactId), ContactFlowId: "flow", QueueId: "queue-1" }),
    end: (contactId) => void world.endContact(of(contactId)),
    async fail(contactId, failure = {}) {
      const hourAgo = new Date(Date.now() - hourMs).toISOString();
      return sendLetter(queues, {
        body: makeEnvelope(
          { contactId, queueId: "queue-1", metadata: { order: 1 } },
          { id: `of-${contactId}` },
        ),
        reason: "ConnectUnavailable",
        failure: makeFailure({ effect: "unknown", failedAt: hourAgo, firstSentAt: hourAgo, ...failure }),
      });
    },
  };
}
