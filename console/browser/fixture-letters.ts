import { describeLetterReason } from "../../operate/letters/reasons.ts";
import type { Letter, LetterRow } from "../protocol/letters.ts";
import type { Group } from "../protocol/overview.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** One cause with what its letters have in common. */
interface CauseSketch {
  readonly reason: string;
  readonly message: string;
  readonly detail?: Group["detail"];
  readonly queueId?: string;
  readonly userId?: string;
  readonly source: string;
  readonly count: number;
  /** The most recent failure. */
  readonly lastMs: number;
  readonly spanMs: number;
  readonly cameBack?: number;
  readonly isNew?: boolean;
  readonly effect?: "unknown";
}

const sketches: readonly CauseSketch[] = [
  {
    reason: "ResourceNotFound",
    message: "Queue queue-refunds does not exist in the instance",
    detail: { kind: "error", name: "ResourceNotFoundException" },
    queueId: "queue-refunds",
    source: "com.example.orders",
    count: 42,
    lastMs: 4 * minute,
    spanMs: 5 * hour,
    isNew: true,
  },
  {
    reason: "InvalidIntent",
    message: "detail/queueID is not a known property; did you mean queueId?",
    detail: { kind: "violation", path: "/detail/queueID" },
    source: "com.example.billing",
    count: 17,
    lastMs: 22 * minute,
    spanMs: 3 * day,
  },
  {
    reason: "ConnectUnavailable",
    message: "Connect gave no answer within 5 s",
    detail: { kind: "error", name: "TimeoutError" },
    queueId: "queue-seniors",
    source: "com.example.orders",
    count: 6,
    lastMs: 3 * hour,
    spanMs: 40 * minute,
    cameBack: 2,
    effect: "unknown",
  },
  {
    reason: "IntentExpired",
    message: "past its expiresAt, 2026-11-24T06:00:00Z",
    queueId: "queue-cancellations",
    source: "com.example.sla",
    count: 3,
    lastMs: 4 * hour,
    spanMs: 9 * day,
  },
  {
    reason: "NotDelivered",
    message: "The queue's key does not allow EventBridge to encrypt",
    detail: { kind: "error", name: "NO_PERMISSIONS" },
    source: "com.example.sla",
    count: 1,
    lastMs: 9 * day,
    spanMs: 1,
  },
];

/** Dead letters of a made-up incident: the same ones for the same time. */
export function fixtureLetters(
  now: number,
  copies = 1,
): { readonly rows: readonly LetterRow[]; readonly groups: readonly Group[] } {
  const perCause = sketches.map((sketch, cause) =>
    Array.from({ length: sketch.count * copies }, (_, index) => rowOf(sketch, cause, index, now, copies)),
  );
  const rows = perCause.flat().toSorted((a, b) => b.failedAt - a.failedAt);
  const groups = sketches.map((sketch, cause) => groupOf(sketch, perCause[cause] ?? [], now));
  return { rows, groups };
}

function rowOf(sketch: CauseSketch, cause: number, index: number, now: number, copies: number): LetterRow {
  const { reason, message, queueId, source, count, lastMs, spanMs, effect = "none", cameBack = 0 } = sketch;
  const failedAt = now - lastMs - Math.round((index / Math.max(1, count * copies - 1)) ** 1.4 * spanMs);
  const number = String(index).padStart(6, "0");
  return {
    id: `${cause}f3a1b2c-7d4e-4f5a-8b9c-${number.padStart(12, "0")}`,
    causeId: `cause-${cause}`,
    reason,
    message,
    failedAt,
    intentId: `order-${4711 + cause * 1000 + index}-cancelled`,
    clientToken: `ct1-${cause}${number}Qm9vLWhhc2gtb2YtdGhlLWlkcw`,
    contactId: `task-${cause}${number}`,
    contactFlowId: "flow-to-queue",
    ...(queueId !== undefined && { queueId }),
    source,
    isIntent: reason !== "InvalidIntent" && reason !== "NotDelivered",
    effect,
    replays: index < cameBack ? 1 : 0,
    receiveCount: reason === "ConnectUnavailable" ? 9 : 1,
    expiresAt: failedAt + 14 * day,
  };
}

function groupOf(sketch: CauseSketch, rows: readonly LetterRow[], now: number): Group {
  const { reason, message, detail, queueId, source, isNew = false, cameBack = 0 } = sketch;
  const first = rows.at(-1);
  const last = rows[0];
  const counts = (buckets: number, ms: number) =>
    Array.from({ length: buckets }, (_, bucket) => {
      const end = now - (buckets - 1 - bucket) * ms;
      return rows.filter(({ failedAt }) => failedAt > end - ms && failedAt <= end).length;
    });
  return {
    id: last?.causeId ?? "",
    reason,
    ...(detail && { detail }),
    ...(queueId !== undefined && { place: { kind: "queue", id: queueId } }),
    source,
    message,
    inQueue: rows.length,
    failures: rows.length + cameBack,
    firstAt: first?.failedAt ?? now,
    lastAt: last?.failedAt ?? now,
    perHour: counts(24, hour),
    perDay: counts(14, day),
    isNew,
    unknown: rows.filter(({ effect }) => effect === "unknown").length,
    cameBack,
    expiresAt: (first?.failedAt ?? now) + 14 * day,
    ...describeLetterReason(reason),
    listCommand: `npx contact-transfer dlq list --reason ${reason}${queueId === undefined ? "" : ` --queue ${queueId}`} --source ${source}`,
  };
}

/** The whole of a letter. */
export function fixtureLetter(row: LetterRow, readAt: number): Letter {
  const isMisspelt = row.reason === "InvalidIntent";
  const envelope = {
    version: "0",
    id: `${row.id.slice(0, 8)}-0000-4000-8000-000000000000`,
    "detail-type": "Contact Transfer Requested",
    source: row.source,
    account: "111122223333",
    time: new Date(row.failedAt - 2 * minute).toISOString().replace(/\.\d+Z/, "Z"),
    region: "eu-central-1",
    resources: [],
    detail: {
      intentId: row.intentId,
      contactId: row.contactId,
      contactFlowId: row.contactFlowId,
      ...(isMisspelt ? { queueID: "queue-cancellations" } : { queueId: row.queueId }),
      metadata: { orderId: 4711, reason: "customer cancelled", amount: "19.90 €" },
    },
  };
  return {
    ...row,
    freshness: { source: "queue", readAt },
    ...describeLetterReason(row.reason),
    body: JSON.stringify(envelope).replace("4711,", "9007199254740993,"),
    envelope,
    ...(!row.isIntent && { notAnIntent: "it does not meet the contract" }),
    violations: isMisspelt ? [{ path: "/detail/queueID", message: row.message }] : [],
    moreViolations: 0,
    ...(!isMisspelt && {
      error: { name: `${row.reason}Exception`, httpStatus: 404, requestId: "5f0c2d1e-aaaa" },
    }),
    origin: [{ label: "invocation", text: "8f28b205-9c1d-4a70-b2f0-3d6f1f1c2a11" }],
    attributes: [{ name: "traceparent", text: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" }],
    history: {
      firstSentAt: row.failedAt - 2 * minute,
      replays: row.replays,
      effect: row.effect,
      effectText:
        row.effect === "none"
          ? "none: no request can have transferred the contact"
          : "unknown: a request may have transferred the contact; if it is replayed unchanged, its client token protects against a second transfer",
    },
    replay: row.isIntent
      ? { isPossible: true, why: "would be sent to the intent queue" }
      : {
          isPossible: false,
          skipReason: "NotAnIntent",
          why: "not an intent: repair it with --set and --unset, or add --include-invalid",
        },
    traceId: row.clientToken,
    showCommand: `npx contact-transfer dlq show ${row.id.slice(0, 8)}`,
  };
}
