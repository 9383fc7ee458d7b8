import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseStartOptions } from "./start-options.ts";

it("without arguments the samples run, ten times as fast as on AWS and at Connect's own quota", () => {
  assert.deepEqual(parseStartOptions([]), {
    files: [],
    serve: false,
    port: 4510,
    context: {},
    worldFile: undefined,
    openWorld: false,
    faults: undefined,
    quota: { requestsPerSecond: 2, burst: 5 },
    timeScale: 10,
    logs: false,
    help: false,
  });
});

it("every option is read", () => {
  const options = parseStartOptions([
    ...["-c", "retryFor=90s", "--context", "queueIds=a,b=c", "--world", "world.json", "--open-world"],
    ...["--faults", "deny=10s", "--quota", "0.5/1", "--time-scale", "2.5", "--logs", "events.jsonl", "-"],
  ]);
  assert.deepEqual(options, {
    files: ["events.jsonl", "-"],
    serve: false,
    port: 4510,
    context: { retryFor: "90s", queueIds: "a,b=c" },
    worldFile: "world.json",
    openWorld: true,
    faults: "deny=10s",
    quota: { requestsPerSecond: 0.5, burst: 1 },
    timeScale: 2.5,
    logs: true,
    help: false,
  });
});

it("--serve takes a port, and --quota none has no limit", () => {
  const { serve, port, quota } = parseStartOptions(["--serve", "--port", "0", "--quota", "none"]);
  assert.deepEqual({ serve, port, quota }, { serve: true, port: 0, quota: "unlimited" });
});

describe("wrong use is told in a sentence", () => {
  const cases: [string[], RegExp][] = [
    [["--nonsense"], /'--nonsense'/],
    [["--serve", "events.json"], /--serve takes no files, but got events\.json/],
    [["--port", "4510"], /--port goes with --serve only/],
    [["--serve", "--port", "65536"], /--port 65536 is not a port/],
    [["-c", "retryFor"], /-c retryFor is not a setting; write it as KEY=VALUE/],
    [["--quota", "2"], /--quota 2 is not a quota; write RATE\/BURST/],
    [["--quota", "0/5"], /--quota 0\/5 is not a quota/],
    [["--time-scale", "0.5"], /--time-scale 0\.5 is not a scale/],
  ];
  for (const [args, message] of cases) {
    it(args.join(" "), () => assert.throws(() => parseStartOptions(args), { name: "UsageError", message }));
  }
});
