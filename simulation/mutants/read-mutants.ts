import type { Mutant } from "./plant-mutant.ts";

/** Faults of what Connect's reads are taken for. */
export const readMutants: readonly Mutant[] = [
  {
    name: "reads count at once",
    file: "settle/settle-unknown.ts",
    find: "const rules = reads.settings;",
    replace: "const rules = { ...reads.settings, settleForMs: 0 };",
  },
  {
    name: "reads settle from the first request",
    file: "settle/settle-unknown.ts",
    find: "const lastAskedAt = record.delivery?.sentAt ?? askedUntil;",
    replace: "const lastAskedAt = requested(intent, record, history)?.at ?? askedUntil;",
  },
  {
    name: "asks anew unless the contact has ended",
    file: "settle/settle-unknown.ts",
    find: 'judgement.found === "open"',
    replace: 'judgement.found !== "ended"',
  },
  {
    name: "a verdict is final as soon as there is one",
    file: "resolve/resolve-effect.ts",
    find: 'isFinal: verdict.found !== "unreadable" && evidence.readAt >= settledAt',
    replace: 'isFinal: verdict.found !== "unreadable"',
  },
  {
    name: "what changed last does not count for the settling time",
    file: "resolve/resolve-effect.ts",
    find: "Math.max(asked.lastAskedAt, changedAt)",
    replace: "asked.lastAskedAt",
  },
  {
    name: "the first of several successors counts",
    file: "resolve/resolve-effect.ts",
    find: "if (more.length > 0)",
    replace: "if (more.length > 99)",
  },
  {
    name: "no window: what was transferred before the intent was requested taken as ours",
    file: "resolve/resolve-effect.ts",
    find: "if (begunAt < asked.firstAskedAt - clockToleranceMs)",
    replace: "if (begunAt < asked.firstAskedAt - Number.POSITIVE_INFINITY)",
  },
  {
    name: "an agent's transfer taken as ours",
    file: "resolve/resolve-effect.ts",
    find: '  if (contact.quickConnectTo.includes(successor.contactId)) return "other";\n',
    replace: "",
  },
  {
    name: "a successor elsewhere is where the intent wanted it",
    file: "resolve/resolve-effect.ts",
    find: "return place.queueId === queueId;",
    replace: "return true;",
  },
  {
    name: "an open contact has not moved",
    file: "resolve/resolve-effect.ts",
    find: 'if (entry.initiationMethod !== "TRANSFER") {',
    replace: "if (entry.initiationMethod) {",
  },
  {
    name: "a failed read taken as an empty list",
    file: "resolve/read-evidence.ts",
    find: "return failed(nameOf(error));",
    replace: 'return { kind: "seen", entries: [{ contactId }] };',
  },
  {
    name: "the first page taken as the whole list",
    file: "resolve/read-evidence.ts",
    find: "if (!NextToken) return",
    replace: "if (entries.length > 0) return",
  },
  {
    name: "the wrong initiation methods",
    file: "resolve/successors.ts",
    find: "isOneOf(transferMethods)",
    replace: 'isOneOf(["TRANSFER"])',
  },
  {
    name: "another's successor taken for the contact's",
    file: "resolve/successors.ts",
    find: "previousContactId === contact.contactId &&",
    replace: "previousContactId !== undefined &&",
  },
  {
    name: "a linked contact taken for a successor",
    file: "resolve/successors.ts",
    find: 'isOneOf([...otherMethods, "API"])',
    replace: "isOneOf(otherMethods.slice(1))",
  },
  {
    name: "reads without a pace",
    file: "resolve/reads-at-pace.ts",
    find: "const slot = await pace.acquire(latestAt, signal);",
    replace: 'const slot = await { kind: latestAt > 0 && !signal.aborted ? "now" : "later" };',
  },
  {
    name: "a throttled read does not slow down",
    file: "resolve/reads-at-pace.ts",
    find: '.fault === "load") pace.onThrottled();',
    replace: '.fault === "message") pace.onThrottled();',
  },
  {
    name: "shadow mode reads Connect",
    file: "engine.ts",
    find: "ports.settings.isShadow ? undefined : createReads(ports)",
    replace: "createReads(ports)",
  },
];
