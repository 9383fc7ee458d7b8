import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AskedFor, Evidence, SeenContact, TreeEntry } from "./evidence.ts";
import { type ResolvedAs, resolutionOf, resolvedAs, resolveEffect, type Verdict } from "./resolve-effect.ts";
import { defaultTransferMethods } from "./successors.ts";

const minute = 60_000;
const asked: AskedFor = {
  contactId: "c-1",
  queueId: "q-1",
  firstAskedAt: 10 * minute,
  lastAskedAt: 20 * minute,
};
const rules = { settleForMs: 5 * minute, transferMethods: defaultTransferMethods };

function seen(contactId: string, more: Partial<SeenContact> = {}): SeenContact {
  return { kind: "seen", contactId, channel: "TASK", initiatedAt: 0, quickConnectTo: [], ...more };
}

function entry(contactId: string, more: Partial<TreeEntry> = {}): TreeEntry {
  return {
    contactId,
    previousContactId: "c-1",
    initiationMethod: "TRANSFER",
    channel: "TASK",
    initiatedAt: 15 * minute,
    ...more,
  };
}

const itself = entry("c-1", { previousContactId: undefined, initiationMethod: "API", initiatedAt: 0 });

/** An open contact without a successor, read well after the last request. */
function evidence(more: Partial<Evidence> = {}, ...followers: TreeEntry[]): Evidence {
  return {
    contact: seen("c-1"),
    tree: { kind: "seen", entries: [itself, ...followers] },
    readAt: 30 * minute,
    ...more,
  };
}

/** A list whose last page failed. */
function cutAfter(...followers: TreeEntry[]): Evidence["tree"] {
  return { kind: "failed", why: "ListAssociatedContacts failed: X", entries: [itself, ...followers] };
}

const ended = seen("c-1", { endedAt: 15 * minute });
const inQueue = seen("c-2", { queueId: "q-1", initiatedAt: 15 * minute });
const elsewhere = seen("c-2", { queueId: "q-9", initiatedAt: 15 * minute });
const failed = { kind: "failed", why: "DescribeContact failed: ThrottlingException" } as const;

interface Case {
  readonly evidence: Evidence;
  readonly asked?: Partial<AskedFor>;
  readonly verdict: Verdict;
  /** @default whether the reads show anything */
  readonly isFinal?: boolean;
  readonly as: ResolvedAs;
}

function moved(by: "other" | "likely-us" | "unproven", more: object = {}): Verdict {
  return { found: "moved", by, successor: { contactId: "c-2", queueId: "q-1", ...more } };
}

function unreadable(why: string): Verdict {
  return { found: "unreadable", why };
}

const cases: Record<string, Case> = {
  "an open contact without a successor is open": {
    evidence: evidence(),
    verdict: { found: "open" },
    as: "none",
  },
  "an ended contact without a successor has ended": {
    evidence: evidence({ contact: ended }),
    verdict: { found: "ended", endedAt: 15 * minute },
    as: "none",
  },
  "one successor at the intent's queue, with no agent before it, was most likely moved by us": {
    evidence: evidence({ contact: ended, successor: inQueue }, entry("c-2")),
    verdict: moved("likely-us"),
    as: "Succeeded",
  },
  "a successor that an agent has accepted meanwhile still counts": {
    evidence: evidence({ contact: ended, successor: { ...inQueue, agentId: "u-1" } }, entry("c-2")),
    verdict: moved("likely-us", { agentId: "u-1" }),
    as: "Succeeded",
  },
  "an open contact with a follower, such as a linked task, contradicts a transfer": {
    evidence: evidence({ successor: inQueue }, entry("c-2", { initiationMethod: "API" })),
    verdict: unreadable("the contact is open, and yet another follows it"),
    as: "unknown",
  },
  "a contact that ended long after its follower began was not transferred by that": {
    evidence: evidence(
      { contact: seen("c-1", { endedAt: 20 * minute + 1 }), successor: inQueue },
      entry("c-2", { initiationMethod: "API" }),
    ),
    verdict: unreadable("the contact ended at another time than its successor began"),
    as: "unknown",
  },
  "a contact that ended up to five minutes after its follower began was transferred by that": {
    evidence: evidence(
      { contact: seen("c-1", { endedAt: 20 * minute }), successor: inQueue },
      entry("c-2", { initiationMethod: "API" }),
    ),
    verdict: moved("likely-us"),
    as: "Succeeded",
  },
  "after an agent had the contact, who moved it is unproven": {
    evidence: evidence({ contact: { ...ended, agentId: "u-7" }, successor: inQueue }, entry("c-2")),
    verdict: moved("unproven"),
    as: "Succeeded",
  },
  "a successor by an agent's quick connect is another's": {
    evidence: evidence({ contact: { ...ended, quickConnectTo: ["c-2"] }, successor: inQueue }, entry("c-2")),
    verdict: moved("other"),
    as: "none",
  },
  "a successor that began before the first request is another's": {
    evidence: evidence(
      { contact: seen("c-1", { endedAt: 4 * minute }), successor: inQueue },
      entry("c-2", { initiatedAt: 4 * minute }),
    ),
    verdict: moved("other"),
    as: "none",
  },
  "clocks may differ by five minutes before that counts as proof": {
    evidence: evidence(
      { contact: seen("c-1", { endedAt: 5 * minute }), successor: inQueue },
      entry("c-2", { initiatedAt: 5 * minute }),
    ),
    verdict: moved("likely-us"),
    as: "Succeeded",
  },
  "a successor that began before the first request may be that of an earlier message with the same intentId":
    {
      asked: { ...asked, mayHaveTwin: true },
      evidence: evidence(
        { contact: seen("c-1", { endedAt: 4 * minute }), successor: seen("c-2", { queueId: "q-1" }) },
        entry("c-2", { initiatedAt: 4 * minute }),
      ),
      verdict: moved("unproven"),
      as: "Succeeded",
    },
  "a successor that began after the last request may be that of another copy of the intent": {
    evidence: evidence(
      { contact: seen("c-1", { endedAt: 26 * minute }), successor: inQueue, readAt: 31 * minute },
      entry("c-2", { initiatedAt: 26 * minute }),
    ),
    verdict: moved("likely-us"),
    as: "Succeeded",
  },
  "an open contact with a successor by a transfer has moved: it may end later": {
    evidence: evidence({ successor: inQueue }, entry("c-2")),
    verdict: moved("likely-us"),
    as: "Succeeded",
  },
  "a successor at another queue is elsewhere": {
    evidence: evidence({ contact: ended, successor: elsewhere }, entry("c-2")),
    verdict: { found: "elsewhere", by: "likely-us", successor: { contactId: "c-2", queueId: "q-9" } },
    as: "unknown",
  },
  "a successor at another queue by an agent's quick connect is another's": {
    evidence: evidence(
      { contact: { ...ended, quickConnectTo: ["c-2"] }, successor: elsewhere },
      entry("c-2"),
    ),
    verdict: { found: "elsewhere", by: "other", successor: { contactId: "c-2", queueId: "q-9" } },
    as: "none",
  },
  "any place is right if the flow decides": {
    asked: { queueId: undefined },
    evidence: evidence({ contact: ended, successor: { ...inQueue, queueId: undefined } }, entry("c-2")),
    verdict: { found: "moved", by: "likely-us", successor: { contactId: "c-2" } },
    as: "Succeeded",
  },
  "a successor with the intent's user has moved": {
    asked: { queueId: undefined, userId: "u-1" },
    evidence: evidence({ contact: ended, successor: seen("c-2", { agentId: "u-1" }) }, entry("c-2")),
    verdict: { found: "moved", by: "likely-us", successor: { contactId: "c-2", agentId: "u-1" } },
    as: "Succeeded",
  },
  "a successor in the own queue of the intent's user has moved": {
    asked: { queueId: undefined, userId: "u-1" },
    evidence: evidence({ contact: ended, successor: seen("c-2", { queueId: "u-1" }) }, entry("c-2")),
    verdict: { found: "moved", by: "likely-us", successor: { contactId: "c-2", queueId: "u-1" } },
    as: "Succeeded",
  },
  "a successor in a queue that is named by the intent's user has moved": {
    asked: { queueId: undefined, userId: "u-1" },
    evidence: evidence({ contact: ended, successor: seen("c-2", { queueId: "agent/u-1" }) }, entry("c-2")),
    verdict: { found: "moved", by: "likely-us", successor: { contactId: "c-2", queueId: "agent/u-1" } },
    as: "Succeeded",
  },
  "a successor with another user is elsewhere": {
    asked: { queueId: undefined, userId: "u-1" },
    evidence: evidence({ contact: ended, successor: seen("c-2", { agentId: "u-2" }) }, entry("c-2")),
    verdict: { found: "elsewhere", by: "likely-us", successor: { contactId: "c-2", agentId: "u-2" } },
    as: "unknown",
  },
  "a successor that is nowhere yet is unreadable": {
    evidence: evidence({ contact: ended, successor: { ...inQueue, queueId: undefined } }, entry("c-2")),
    verdict: unreadable("its successor is in no queue and with no agent yet"),
    as: "unknown",
  },
  "two successors are several": {
    evidence: evidence({ contact: ended }, entry("c-2"), entry("c-3", { initiationMethod: "API" })),
    verdict: { found: "several", successorIds: ["c-2", "c-3"] },
    as: "unknown",
  },
  "one successor on two pages is one": {
    evidence: evidence({ contact: ended, successor: inQueue }, entry("c-2"), entry("c-2")),
    verdict: moved("likely-us"),
    as: "Succeeded",
  },
  "contacts of the tree that do not follow this one are no successors": {
    evidence: evidence(
      { contact: ended },
      entry("c-0", { previousContactId: undefined }),
      entry("c-3", { previousContactId: "c-2" }),
      entry("mail", { channel: "EMAIL" }),
      entry("reply", { initiationMethod: "AGENT_REPLY" }),
    ),
    verdict: { found: "ended", endedAt: 15 * minute },
    as: "none",
  },
  "a follower by an unknown method is unreadable": {
    evidence: evidence({ contact: ended }, entry("c-2", { initiationMethod: "TELEPORT" })),
    verdict: unreadable(
      "a contact follows this one by the method TELEPORT, which transferMethods does not name",
    ),
    as: "unknown",
  },
  "a follower without a method is unreadable, also beside a transfer": {
    evidence: evidence(
      { contact: ended, successor: inQueue },
      entry("c-2"),
      entry("c-3", { initiationMethod: undefined }),
    ),
    verdict: unreadable(
      "a contact follows this one by the method (none), which transferMethods does not name",
    ),
    as: "unknown",
  },
  "a contact that could not be read is unreadable": {
    evidence: evidence({ contact: failed }),
    verdict: unreadable("DescribeContact failed: ThrottlingException"),
    as: "unknown",
  },
  "a tree that could not be read is unreadable, never empty": {
    evidence: evidence({ contact: ended, tree: cutAfter() }),
    verdict: unreadable("ListAssociatedContacts failed: X"),
    as: "unknown",
  },
  "one successor on the pages before one that failed may not be the only one": {
    evidence: evidence({ contact: ended, successor: inQueue, tree: cutAfter(entry("c-2")) }),
    verdict: unreadable("ListAssociatedContacts failed: X"),
    as: "unknown",
  },
  "two successors are several, whatever the page that failed would have shown": {
    evidence: evidence({ contact: ended, tree: cutAfter(entry("c-2"), entry("c-3")) }),
    verdict: { found: "several", successorIds: ["c-2", "c-3"] },
    as: "unknown",
  },
  "two successors are several, also beside a follower without a method": {
    evidence: evidence(
      { contact: ended },
      entry("c-2"),
      entry("c-3"),
      entry("c-4", { initiationMethod: undefined }),
    ),
    verdict: { found: "several", successorIds: ["c-2", "c-3"] },
    as: "unknown",
  },
  "a list without the contact itself is unreadable": {
    evidence: evidence({ contact: ended, tree: { kind: "seen", entries: [] } }),
    verdict: unreadable("the list of associated contacts does not hold the contact itself"),
    as: "unknown",
  },
  "a successor that could not be read is unreadable": {
    evidence: evidence({ contact: ended, successor: failed }, entry("c-2")),
    verdict: unreadable("DescribeContact failed: ThrottlingException"),
    as: "unknown",
  },
  "a successor that was not read is unreadable": {
    evidence: evidence({ contact: ended }, entry("c-2")),
    verdict: unreadable("its successor was not read"),
    as: "unknown",
  },
  "a quick connect without its successor in the list contradicts it": {
    evidence: evidence({ contact: { ...ended, quickConnectTo: ["c-2"] } }),
    verdict: unreadable("an agent has transferred the contact, and its successor is not listed yet"),
    as: "unknown",
  },
  "a quick connect to another successor than the list's contradicts it": {
    evidence: evidence({ contact: { ...ended, quickConnectTo: ["c-8"] }, successor: inQueue }, entry("c-2")),
    verdict: unreadable("an agent's transfer names another successor than the list"),
    as: "unknown",
  },
  "an end as transferred without a successor contradicts itself": {
    evidence: evidence({ contact: { ...ended, disconnectReason: "TRANSFERRED" } }),
    verdict: unreadable("the contact ended as transferred, and its successor is not listed yet"),
    as: "unknown",
  },
  "a successor from the future is unreadable": {
    evidence: evidence({ contact: ended, successor: inQueue }, entry("c-2", { initiatedAt: 36 * minute })),
    verdict: unreadable("its successor begins in the future"),
    as: "unknown",
  },
  "a successor may begin up to five minutes ahead by another clock, but proves nothing yet": {
    evidence: evidence(
      { contact: seen("c-1"), successor: inQueue },
      entry("c-2", { initiatedAt: 35 * minute }),
    ),
    verdict: moved("likely-us"),
    isFinal: false,
    as: "unknown",
  },
  "a successor without an instant is unreadable": {
    evidence: evidence(
      { contact: ended, successor: { ...inQueue, initiatedAt: undefined } },
      entry("c-2", { initiatedAt: undefined }),
    ),
    verdict: unreadable("its successor has no instant of initiation"),
    as: "unknown",
  },
  "a contact that ended a moment ago may have been transferred by that": {
    evidence: evidence({ contact: seen("c-1", { endedAt: 25 * minute + 1 }) }),
    verdict: { found: "ended", endedAt: 25 * minute + 1 },
    isFinal: false,
    as: "unknown",
  },
  "the successor's own instant counts if the list has none": {
    evidence: evidence({ contact: ended, successor: inQueue }, entry("c-2", { initiatedAt: undefined })),
    verdict: moved("likely-us"),
    as: "Succeeded",
  },
};

describe("the verdict about a contact", () => {
  for (const [name, { evidence: shown, asked: more, verdict, as, ...expected }] of Object.entries(cases)) {
    it(name, () => {
      const { isFinal, ...found } = resolveEffect({ ...asked, ...more }, shown, rules);
      assert.deepEqual(found, verdict);
      assert.equal(isFinal, expected.isFinal ?? verdict.found !== "unreadable");
      assert.equal(resolvedAs({ ...found, isFinal }), as);
    });
  }

  it("is not final, and proves nothing, before settleFor has passed since the last request", () => {
    const early = resolveEffect(asked, evidence({ readAt: 25 * minute - 1 }), rules);
    assert.deepEqual(early, { found: "open", isFinal: false });
    assert.equal(resolvedAs(early), "unknown");
    assert.equal(resolveEffect(asked, evidence({ readAt: 25 * minute }), rules).isFinal, true);
  });

  it("is not final before each of the reads must show all of a move", () => {
    const shown = evidence(
      { contact: ended, successor: inQueue },
      entry("c-2", { initiatedAt: 26 * minute }),
    );
    const asked20 = { ...asked, lastAskedAt: 20 * minute };
    const seen30 = { ...shown, contact: seen("c-1") };
    assert.equal(resolveEffect(asked20, { ...seen30, readAt: 31 * minute - 1 }, rules).isFinal, false);
    assert.equal(resolveEffect(asked20, { ...seen30, readAt: 31 * minute }, rules).isFinal, true);
  });

  it("counts the initiation methods that the rules name; a contact by API is only linked if they do not", () => {
    const by = (initiationMethod: string) =>
      evidence({ contact: ended, successor: inQueue }, entry("c-2", { initiationMethod }));
    const found = (initiationMethod: string, transferMethods: readonly string[]) =>
      resolveEffect(asked, by(initiationMethod), { ...rules, transferMethods }).found;
    assert.equal(found("API", ["TRANSFER", "API"]), "moved");
    assert.equal(found("API", ["TRANSFER"]), "ended");
    assert.equal(found("TELEPORT", ["TELEPORT"]), "moved");
    assert.equal(found("TRANSFER", ["API"]), "unreadable");
  });
});

it("a verdict is shown with when it was read, and with up to 20 successors", () => {
  const readAt = "1970-01-01T00:30:00.000Z";
  const successor = { contactId: "c-2", queueId: "q-1", agentId: "u-1" };
  const successorIds = Array.from({ length: 25 }, (_, n) => `c-${n + 2}`);
  const shown: [Verdict, object][] = [
    [
      { found: "moved", by: "likely-us", successor },
      { by: "likely-us", ...successor },
    ],
    [
      { found: "elsewhere", by: "other", successor },
      { by: "other", ...successor },
    ],
    [{ found: "several", successorIds }, { contactIds: successorIds.slice(0, 20) }],
    [{ found: "ended", endedAt: 15 * minute }, {}],
    [{ found: "open" }, {}],
    [unreadable("it was not read"), { why: "it was not read" }],
  ];
  for (const [verdict, more] of shown)
    assert.deepEqual(resolutionOf(verdict, 30 * minute), { found: verdict.found, ...more, readAt });
});
