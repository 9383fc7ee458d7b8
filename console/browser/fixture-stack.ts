import { reasonNames } from "../../events/failure-reasons.ts";
import { describeLetterReason } from "../../operate/letters/reasons.ts";
import { filterNames } from "../protocol/filters.ts";
import type { LetterRow } from "../protocol/letters.ts";
import type { Now } from "../protocol/now.ts";
import type { ChainContact } from "../protocol/trace.ts";

const command = "npx contact-transfer";

/** A deployment that a person on call looks at. */
export function fixtureSession(canWrite: boolean) {
  return {
    version: "0.1.0",
    stack: "ContactTransfer",
    region: "eu-central-1",
    account: "111122223333",
    isLocal: false,
    deadLetterQueueUrl: "https://sqs.eu-central-1.amazonaws.com/111122223333/dead",
    intentQueueUrl: "https://sqs.eu-central-1.amazonaws.com/111122223333/intents",
    canWrite,
    operator: { aws: "assumed-role/on-call/kim", local: "kim@laptop" },
    auditFile: ".contact-transfer/audit.jsonl",
    hasOutcomeLog: true,
    hasFunctionLog: true,
    transfersPerSecond: 2,
    idleMinutes: 30,
    reasons: reasonNames.map((reason) => ({ reason, ...describeLetterReason(reason) })),
    filters: filterNames.map((name) => ({ name, description: descriptions[name] ?? "" })),
  };
}

const descriptions: Readonly<Record<string, string>> = {
  reason: "failure reason; several separated by commas",
  queue: "id or ARN of the destination queue",
  "older-than": "failed at least this long ago: 30m, 6h, 2d, 1d12h",
  message: "part of the failure's message, in any case",
};

/** Its figures: outcomes that begin to fail, an alarm that rings, intents that wait. */
export function fixtureNow(now: number, letters: number): Now {
  const buckets = 72;
  const startsAt = now - buckets * 300_000;
  const wave = (index: number) => Math.round(46 + 30 * Math.sin(index / 9) + 12 * Math.sin(index * 1.7));
  return {
    at: now - 1000,
    deadLetters: { visible: letters, inFlight: 0, delayed: 0, total: letters },
    intents: { visible: 128, inFlight: 20, delayed: 6, total: 154 },
    pace: {
      transfersPerSecond: 2,
      endedPerSecond: 1.86,
      minutes: 15,
      isPaused: false,
      secondsAtQuota: 77,
      secondsAtPace: 83,
      retried: [
        { reason: "WaitsForSlot", count: 18, since: now - 40_000 },
        { reason: "AccessDenied", count: 2, since: now - 190_000 },
      ],
    },
    outcomes: {
      startsAt,
      bucketMs: 300_000,
      succeeded: Array.from({ length: buckets }, (_, index) => wave(index)),
      failed: Array.from({ length: buckets }, (_, index) =>
        index > 56 ? Math.round((index - 55) / 3) : index % 17 === 3 ? 2 : 0,
      ),
      readAt: now - 9000,
    },
    alarms: {
      kind: "read",
      readAt: now - 9000,
      total: 14,
      ringing: [
        {
          name: "ContactTransfer-DeadLetters",
          since: now - 5 * 3_600_000,
          description:
            "There are dead letters: intents failed and wait for a person. Open them, fix the cause, replay.",
        },
      ],
    },
    problems: [],
  };
}

/** The contact of a letter, and what it became: a person looks at who moved it. */
function fixtureChain(contactId: string, at: number): readonly ChainContact[] {
  return [
    { contactId, endedAt: at - 95_000 },
    {
      contactId: "8f28b205-1c1d-4a70-b2f0-3d6f1f1c2a11",
      transferred: { text: "most likely transferred by the intent order-7711", isCertain: false },
      queueId: "queue-refunds",
      queuedAt: at - 94_000,
      agentId: "agent-lee",
      connectedToAgentAt: at - 60_000,
      endedAt: at - 30_000,
    },
    {
      contactId: "8f28b205-2c1d-4a70-b2f0-3d6f1f1c2a11",
      transferred: { text: "transferred by an agent", isCertain: true },
      queueId: "queue-seniors",
    },
  ];
}

/** The life of a letter. */
export function fixtureTrace(id: string, rows: readonly LetterRow[], now: number) {
  const row = rows.find((each) => [each.clientToken, each.intentId, each.contactId, each.id].includes(id));
  const at = row?.failedAt ?? now;
  return {
    id,
    readAt: now - 1000,
    remarks: [],
    chain: row?.contactId === undefined ? [] : fixtureChain(row.contactId, at),
    commandLine: `${command} trace ${id}`,
    intents: row
      ? [
          {
            ...(row.clientToken !== undefined && { clientToken: row.clientToken }),
            ...(row.intentId !== undefined && { intentId: row.intentId }),
            ...(row.contactId !== undefined && { contactId: row.contactId }),
            state: "failed" as const,
            text: "Failed; its dead letter is in the queue",
            timeline: [
              { at: at - 120_000, kind: "requested" as const, text: `requested by ${row.source}` },
              ...(row.isIntent
                ? [{ at: at - 100_000, kind: "retried" as const, text: "retried, WaitsForSlot, 3 times" }]
                : []),
              {
                at: at - 1000,
                kind: "failed" as const,
                text: `failed, ${row.reason}: ${row.message} (effect ${row.effect}, receive 4)`,
              },
              {
                at,
                kind: "dead letter" as const,
                text: `in the dead-letter queue: message ${row.id}`,
                letterId: row.id,
              },
            ],
          },
        ]
      : [],
  };
}
