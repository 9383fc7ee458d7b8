import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Command } from "commander";
import { addStartOptions } from "./start-options.ts";

function parse(...args: string[]) {
  const command = addStartOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: "user" }).opts();
}

describe("the options of start", () => {
  it("default to Connect's own quota and a queue ten times as fast as on AWS", () => {
    assert.deepEqual(parse(), { quota: { requestsPerSecond: 2, burst: 5 }, timeScale: 10 });
  });

  it("reach the stack's options", () => {
    const options = parse(
      ...["-c", "retryFor=90s", "--context", "queueIds=a,b=c", "--world", "world.json", "--open-world"],
      ...["--faults", "deny=10s", "--quota", "0.5/1", "--time-scale", "2.5", "--logs", "--serve"],
      ...["--port", "0"],
    );
    assert.deepEqual(options, {
      serve: true,
      port: 0,
      context: [
        ["retryFor", "90s"],
        ["queueIds", "a,b=c"],
      ],
      world: "world.json",
      openWorld: true,
      faults: "deny=10s",
      quota: { requestsPerSecond: 0.5, burst: 1 },
      timeScale: 2.5,
      logs: true,
    });
  });

  it("have no limit with --quota none", () => assert.equal(parse("--quota", "none").quota, "unlimited"));

  const wrongUses: [string[], RegExp][] = [
    [["--serve", "--port", "65536"], /'65536' is invalid. It must be a number from 0 to 65535/],
    [["-c", "retryFor"], /'retryFor' is invalid. It must be KEY=VALUE/],
    [["--quota", "2"], /'2' is invalid. It must be RATE\/BURST/],
    [["--quota", "0/5"], /'0\/5' is invalid/],
    [["--time-scale", "0.5"], /'0.5' is invalid. It must be a number, 1 or greater/],
  ];
  for (const [args, message] of wrongUses) {
    it(`refuse ${args.join(" ")}`, () => assert.throws(() => parse(...args), { message }));
  }
});
