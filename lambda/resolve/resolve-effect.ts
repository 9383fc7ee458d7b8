import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";
import type { TransferMethods, VerdictRules } from "../settings.ts";
import type { AskedFor, Evidence, SeenContact, TreeEntry } from "./evidence.ts";
import { successorsOf } from "./successors.ts";

/** Who moved the contact: somebody else for certain, most likely one of our requests, or nothing that proves either. */
export type MovedBy = "other" | "likely-us" | "unproven";

/** What the reads show of a contact that one of our requests may have moved. */
export type Verdict =
  | { readonly found: "moved" | "elsewhere"; readonly by: MovedBy; readonly successor: Place }
  | { readonly found: "several"; readonly successorIds: readonly string[] }
  | { readonly found: "ended"; readonly endedAt: number }
  | { readonly found: "open" }
  | { readonly found: "unreadable"; readonly why: string };

/** The successor, and where it was seen. */
export interface Place {
  readonly contactId: string;
  readonly queueId?: string;
  readonly agentId?: string;
}

export type Judgement = Verdict & {
  /** False until Connect's reads must show every request that was carried out: read again after that. */
  readonly isFinal: boolean;
};

/**
 * How far the clocks of this machine and of Connect may differ. Lambda's and an operator's are within seconds: AWS
 * refuses signatures that are off by more than 5 minutes.
 */
const clockToleranceMs = 5 * 60_000;

/**
 * What became of a contact that one of our requests may have moved: evidence in, verdict out, with no call of its own. A read
 * that failed, and reads that contradict each other, are `unreadable`, never a verdict.
 */
export function resolveEffect(asked: AskedFor, evidence: Evidence, rules: VerdictRules): Judgement {
  const { changedAt = asked.lastAskedAt, ...verdict } = judge(asked, evidence, rules);
  // What changed a moment ago may be shown in part: each of the reads lags by its own time.
  const settledAt = Math.max(asked.lastAskedAt, changedAt) + rules.settleForMs;
  return { ...verdict, isFinal: verdict.found !== "unreadable" && evidence.readAt >= settledAt };
}

/** A verdict, and when the contact has changed last, as far as it shows. */
type Dated = Verdict & { readonly changedAt?: number };

function judge(asked: AskedFor, evidence: Evidence, rules: TransferMethods): Dated {
  const { contact, tree } = evidence;
  if (contact.kind === "failed") return unreadable(contact.why);
  const { transferred, unclear } = successorsOf(contact, tree, rules);
  const [first, ...more] = transferred;
  // Whatever else there may be: two are several.
  if (more.length > 0)
    return { found: "several", successorIds: transferred.map(({ contactId }) => contactId) };
  if (tree.kind === "failed") return unreadable(tree.why);
  if (!tree.entries.some(({ contactId }) => contactId === contact.contactId))
    return unreadable("the list of associated contacts does not hold the contact itself");
  if (unclear.length > 0)
    return unreadable(
      `a contact follows this one by the method ${methodOf(unclear[0])}, which transferMethods does not name`,
    );
  if (!first) return withoutSuccessor(contact);
  return withSuccessor(asked, contact, first, evidence);
}

/** Traces of a successor that the list does not show yet contradict it. */
function withoutSuccessor(contact: SeenContact): Dated {
  if (contact.quickConnectTo.length > 0)
    return unreadable("an agent has transferred the contact, and its successor is not listed yet");
  if (contact.disconnectReason === "TRANSFERRED")
    return unreadable("the contact ended as transferred, and its successor is not listed yet");
  const { endedAt } = contact;
  return endedAt === undefined ? { found: "open" } : { found: "ended", endedAt, changedAt: endedAt };
}

function withSuccessor(
  asked: AskedFor,
  contact: SeenContact,
  entry: TreeEntry,
  { successor, readAt }: Evidence,
): Dated {
  if (contact.quickConnectTo.some((id) => id !== entry.contactId))
    return unreadable("an agent's transfer names another successor than the list");
  if (!successor) return unreadable("its successor was not read");
  if (successor.kind === "failed") return unreadable(successor.why);
  const begunAt = entry.initiatedAt ?? successor.initiatedAt;
  if (begunAt === undefined) return unreadable("its successor has no instant of initiation");
  if (begunAt > readAt + clockToleranceMs) return unreadable("its successor begins in the future");
  if (entry.initiationMethod !== "TRANSFER") {
    // A transfer ends the contact as its successor begins; a task that is only linked to it, by API, does not.
    if (contact.endedAt === undefined) return unreadable("the contact is open, and yet another follows it");
    if (Math.abs(contact.endedAt - begunAt) > clockToleranceMs)
      return unreadable("the contact ended at another time than its successor began");
  }
  const { contactId, queueId, agentId } = successor;
  const place: Place = { contactId, ...(queueId && { queueId }), ...(agentId && { agentId }) };
  const by = movedBy(asked, contact, successor, begunAt);
  const isThere = isAtDestination(asked, place);
  if (isThere === undefined) return unreadable("its successor is in no queue and with no agent yet");
  return { found: isThere ? "moved" : "elsewhere", by, successor: place, changedAt: begunAt };
}

function movedBy(asked: AskedFor, contact: SeenContact, successor: SeenContact, begunAt: number): MovedBy {
  if (contact.quickConnectTo.includes(successor.contactId)) return "other";
  if (begunAt < asked.firstAskedAt - clockToleranceMs) return asked.mayHaveTwin ? "unproven" : "other";
  return contact.agentId === undefined ? "likely-us" : "unproven";
}

/** Undefined if the successor is nowhere yet. An agent's own queue has the agent's id. */
function isAtDestination({ queueId, userId }: AskedFor, place: Place): boolean | undefined {
  if (queueId === undefined && userId === undefined) return true;
  if (place.queueId === undefined && place.agentId === undefined) return undefined;
  if (queueId !== undefined) return place.queueId === queueId;
  return place.agentId === userId || place.queueId === userId || place.queueId === `agent/${userId}`;
}

function methodOf(entry: TreeEntry | undefined): string {
  return entry?.initiationMethod ?? "(none)";
}

function unreadable(why: string): Verdict {
  return { found: "unreadable", why };
}

/** How a resolved intent ends: as a success that was observed, or as a failure with this effect. */
export type ResolvedAs = "Succeeded" | "none" | "unknown";

/** The last column of the table: what a final verdict lets us publish. One that is not final proves nothing. */
export function resolvedAs(judgement: Judgement): ResolvedAs {
  if (!judgement.isFinal) return "unknown";
  switch (judgement.found) {
    case "moved":
      return judgement.by === "other" ? "none" : "Succeeded";
    case "elsewhere":
      return judgement.by === "other" ? "none" : "unknown";
    case "ended":
    case "open":
      return "none";
    case "several":
    case "unreadable":
      return "unknown";
  }
}

/** The verdict as outcomes and dead letters show it. */
export function resolutionOf(verdict: Verdict, readAt: number): Resolution {
  const at = { readAt: new Date(readAt).toISOString() };
  switch (verdict.found) {
    case "moved":
    case "elsewhere":
      return { found: verdict.found, by: verdict.by, ...verdict.successor, ...at };
    case "several":
      return { found: "several", contactIds: verdict.successorIds.slice(0, 20), ...at };
    case "ended":
    case "open":
      return { found: verdict.found, ...at };
    case "unreadable":
      return { found: "unreadable", why: verdict.why, ...at };
  }
}
