import type { Mutant } from "./mutants.ts";

/** Faults of direct delivery, of shadow mode, and of what the function does while the bus or SQS is out. */
export const deliveryMutants: readonly Mutant[] = [
  {
    name: "an event that could not be enqueued counts as enqueued",
    file: "settle/retry-later.ts",
    find: 'return retryUndelivered(context, identified, "NotEnqueued", thrown);',
    replace: "void thrown;",
  },
  {
    name: "enqueued event without its age",
    file: "settle/enqueued-message.ts",
    find: "firstSentAt: new Date(firstSentAt).toISOString(),",
    replace: "",
  },
  {
    name: "enqueued event as if never requested",
    file: "settle/enqueued-message.ts",
    find: 'effect: "unknown",',
    replace: 'effect: "none",',
  },
  {
    name: "enqueued for a fraction of a second",
    file: "settle/enqueued-message.ts",
    find: "Math.ceil(delaySeconds)",
    replace: "delaySeconds",
  },
  {
    name: "an event that can be enqueued waits instead",
    file: "settle/retry-later.ts",
    find: "if (record.delivery || !invocation.intentQueue)",
    replace: "if (record.delivery || invocation.intentQueue)",
  },
  {
    name: "shadow mode asks Connect",
    file: "engine.ts",
    find: "given.settings.isShadow ?",
    replace: "given.settings.isShadow === undefined ?",
  },
  {
    name: "outcomes of shadow mode look real",
    file: "settle/outcome.ts",
    find: "settings.isShadow ?",
    replace: "settings.isShadow === undefined ?",
  },
];
