import type { Mutant } from "./plant-mutant.ts";

/** Faults of direct delivery, of shadow mode, and of what the function does while the bus or SQS is out. */
export const deliveryMutants: readonly Mutant[] = [
  {
    name: "an event that could not be enqueued counts as enqueued",
    file: "settle/retry-later.ts",
    find: 'return thrown ? retryUndelivered(context, identified, "NotEnqueued", thrown) : { kind: "done" };',
    replace: 'return { kind: "done" };',
  },
  {
    name: "enqueued event without its age",
    file: "settle/enqueued-message.ts",
    find: "firstSentAt: iso(history.firstSentAt),",
    replace: "",
  },
  {
    name: "enqueued event as if never requested",
    file: "settle/retry-later.ts",
    find: 'retry, { effect: "unknown" });',
    replace: 'retry, { effect: "none" });',
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
    find: "return !record.delivery && ports.settings.enqueueUnfinished === true;",
    replace: "return !record.delivery && ports.settings.enqueueUnfinished === undefined;",
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
  {
    name: "every dead letter that is not accepted is reduced",
    file: "settle/batcher.ts",
    find: 'error.fault === "message" ? options.reduce?.(form) : undefined',
    replace: 'error.fault !== "service" ? options.reduce?.(form) : undefined',
  },
  {
    name: "an outcome that EventBridge refuses for good stays as it is",
    file: "settle/outcome-batching.ts",
    find: "    reduce: withoutMetadata,",
    replace: "",
  },
  {
    name: "an outcome is published without its metadata and does not say so",
    file: "settle/outcome-batching.ts",
    find: "{ ...detail, metadataLeftOut: true }",
    replace: "detail",
  },
  {
    name: "a refusal of the key is the message's fault",
    file: "error-table.ts",
    find: 'return known("key");',
    replace: 'return known("message");',
  },
  {
    name: "a refusal counts whatever its status",
    file: "error-table.ts",
    find: 'statuses: [400],\n    names: names("InvalidRequest',
    replace: 'statuses: [400, 500],\n    names: names("InvalidRequest',
  },
  {
    name: "a call refused because of one entry blames each of them",
    file: "settle/batcher.ts",
    find: 'isAlone ? fault : "service"',
    replace: "fault",
  },
  {
    name: "expired credentials are Connect's failure",
    file: "error-table.ts",
    find: "OptInRequired ExpiredToken ",
    replace: "OptInRequired ",
  },
  {
    name: "a result that cannot be published is kept to itself",
    file: "settle/retry-later.ts",
    find: "if (error && !history.result && !ports.settings.isShadow)",
    replace: "if (error && !error)",
  },
  {
    name: "a success that a message carries is asked for again",
    file: "process-record.ts",
    find: 'if (carried?.kind === "transferred")',
    replace: 'if (carried?.kind === "transferred" && carried.clientToken === "")',
  },
  {
    name: "a refusal that travels is certain",
    file: "process-record.ts",
    find: 'carried.refusal, "unknown")',
    replace: 'carried.refusal, "none")',
  },
  {
    name: "what cannot be published waits as briefly on its last receives",
    file: "settle/retry-later.ts",
    find: "+ retentionMs - now",
    replace: "- now",
  },
  {
    name: "ResourceNotFound counts at once",
    file: "process-record.ts",
    find: "if (graceLeftMs > 0) {",
    replace: "if (graceLeftMs < 0) {",
  },
  {
    name: "what is not found is asked for again and again",
    file: "intake/not-found-grace.ts",
    find: "if (history.notFoundAt !== undefined) return 0;",
    replace: "",
  },
  {
    name: "what is not found is asked again by the answer that is known",
    file: "process-record.ts",
    find: "        results.forget(intake.clientToken);\n        const retry",
    replace: "        const retry",
  },
  {
    name: "what is asked again is not certain any more",
    file: "settle/retry-later.ts",
    find: "retry, { effect });",
    replace: 'retry, { effect: "unknown", ...(effect === "unknown" && { effect }) });',
  },
  {
    name: "everything runs on the wall clock",
    file: "engine.ts",
    find: "  return {\n    ports,",
    replace:
      "  const { clock } = given;\n  const offset = clock.now() - clock.monotonic();\n  Object.assign(clock, { monotonic: () => clock.now() - offset });\n  return {\n    ports,",
  },
  {
    name: "effect none after InvalidRequest",
    file: "settle/fail.ts",
    find: 'if (reason === "InvalidRequest") return "unknown";',
    replace: "",
  },
];
