/** A mutant that no test can find, because it changes nothing that the function promises. */
export interface EquivalentMutant {
  readonly file: string;
  /** A text that occurs once in the file, and what the mutant makes of it. */
  readonly find: string;
  readonly replace: string;
  readonly reason: string;
}

const sleepOfNothing = "A wait of nothing ends at once either way; a timer takes a millisecond more";

export const equivalentMutants: readonly EquivalentMutant[] = [
  {
    file: "lambda/intake/intent.ts",
    find: '?? { id: "" }',
    replace: '?? { id: "?" }',
    reason: "The contract requires an instanceId if there is no default instance, so it is never used",
  },
  {
    file: "lambda/process-record.ts",
    find: "const fullForMs = 20_000;",
    replace: "const fullForMs = 40000;",
    reason: "No wait for a slot is longer than 20 s",
  },
  {
    file: "lambda/runtime/create-handler.ts",
    find: "return ms > 0 ?",
    replace: "return true ?",
    reason: sleepOfNothing,
  },
  {
    file: "lambda/runtime/create-handler.ts",
    find: "return ms > 0 ?",
    replace: "return ms >= 0 ?",
    reason: sleepOfNothing,
  },
  {
    file: "lambda/runtime/create-handler.ts",
    find: "return ms > 0 ?",
    replace: "return ms > 1 ?",
    reason: sleepOfNothing,
  },
  {
    file: "lambda/runtime/create-handler.ts",
    find: "setImmediate(undefined, { signal })",
    replace: "setImmediate(undefined)",
    reason: "A wait of nothing has nothing to end",
  },
  {
    file: "lambda/runtime/create-handler.ts",
    find: "setImmediate(undefined, { signal })",
    replace: "setImmediate(undefined, {  })",
    reason: "A wait of nothing has nothing to end",
  },
  ...["lambda/runtime/aws-calls.ts", "lambda/runtime/sqs-calls.ts"].map((file) => ({
    file,
    find: 'retryMode: "standard"',
    replace: 'retryMode: ""',
    reason: "The SDK takes any mode but adaptive for standard",
  })),
  ...[
    ["compileIpv6Pattern();", ";"],
    ['isIPv6(" ".repeat(1_000));', ";"],
    ['isIPv6(" ".repeat(1_000));', 'isIPv6("".repeat(1_000));'],
    ["1_000", "500"],
    ["1_000", "2000"],
  ].map(([find = "", replace = ""]) => ({
    file: "lambda/start-up/open-connections.ts",
    find,
    replace,
    reason: "Node compiles its pattern anyway, and only takes longer",
  })),
  {
    file: "lambda/start-up/preconnecting-agent.ts",
    find: "super.createConnection(options, callback)",
    replace: "super.createConnection(options)",
    reason: "Node calls it only for a connection through a proxy, and returns any other one",
  },
  {
    file: "lambda/start-up/rehearse.ts",
    find: "() => 30_000",
    replace: "() => 60000",
    reason: "A rehearsal takes milliseconds",
  },
  {
    file: "lambda/start-up/rehearse.ts",
    find: "() => 30_000",
    replace: "() => 15000",
    reason: "A rehearsal takes milliseconds",
  },
  {
    file: "lambda/start-up/send-in-memory.ts",
    find: "    this.#response = undefined;\n",
    replace: "    ;\n",
    reason: "Nobody waits for a second response on a connection, so Node's client drops it",
  },
  {
    file: "lambda/transfer/transfer-at-pace.ts",
    find: "maxFailedRequests > 1)",
    replace: "maxFailedRequests > 2)",
    reason: "A delivery stops after one failed request or after three",
  },
  {
    file: "lambda/transfer/transfer-at-pace.ts",
    find: "httpStatus ?? 500)",
    replace: "httpStatus ?? 1000)",
    reason: "Either is no answer below 500",
  },
  {
    file: "lambda/runtime/source-mapped-stack.ts",
    find: "if (!maps.has(file))",
    replace: "if (true)",
    reason: "A map that is read twice says the same; it is read once to be quick",
  },
  {
    file: "lambda/runtime/source-mapped-stack.ts",
    find: '{ stack = "", message }',
    replace: '{ stack = "?", message }',
    reason: "A text without frames has none of them",
  },
  {
    file: "lambda/transfer/pace.ts",
    find: "intervalMs > longIntervalMs ?",
    replace: "intervalMs >= longIntervalMs ?",
    reason: "At exactly a second the delay is any share of nothing",
  },
  {
    file: "lambda/runtime/aws-calls.ts",
    find: "sha256: Sha256,",
    replace: "",
    reason: "The SDK's own SHA-256 gives the same, and only takes longer",
  },
  {
    file: "lambda/runtime/fast-config.ts",
    find: "const reads = 20;",
    replace: "const reads = 10;",
    reason: "V8 names no number; ten reads have been enough so far",
  },
  {
    file: "lambda/runtime/fast-config.ts",
    find: "const reads = 20;",
    replace: "const reads = 40;",
    reason: "More reads than enough change nothing",
  },
  {
    file: "lambda/runtime/fast-config.ts",
    find: "read < reads;",
    replace: "read <= reads;",
    reason: "One read more than enough changes nothing",
  },
  {
    file: "lambda/runtime/sha256.ts",
    find: "if (!key) {",
    replace: "if (true) {",
    reason: "A key that is prepared anew signs the same, and only takes longer",
  },
  {
    file: "lambda/runtime/sha256.ts",
    find: "keys.set(secret, key);",
    replace: ";",
    reason: "A key that is prepared anew signs the same, and only takes longer",
  },
  {
    file: "lambda/start-up/rehearsal-calls.ts",
    find: "const timeoutMs = 1_000;",
    replace: "const timeoutMs = 2000;",
    reason: "Calls in memory are answered long before",
  },
  {
    file: "lambda/start-up/rehearsal-calls.ts",
    find: "const timeoutMs = 1_000;",
    replace: "const timeoutMs = 500;",
    reason: "Calls in memory are answered long before",
  },
  {
    file: "lambda/start-up/send-in-memory.ts",
    find: "config, { abortSignal })(",
    replace: "config, { })(",
    reason: "It lets the rehearsal run the code that listens to a signal; none aborts",
  },
  {
    file: "lambda/start-up/send-in-memory.ts",
    find: "if (response) setImmediate",
    replace: "if (true) setImmediate",
    reason: "Head and body of a request come in one write",
  },
  {
    file: "lambda/start-up/send-in-memory.ts",
    find: "    done();",
    replace: "    ;",
    reason: "Head and body of a request come in one write",
  },
];
