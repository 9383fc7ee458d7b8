import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Command } from "commander";
import { makeTerminal } from "../../cli/print/terminal.ts";
import { parseLossless } from "../../events/lossless-json.ts";
import { define, intentOf, type SendFlags } from "./send.ts";

function parse(...args: string[]) {
  const command = new Command("send").exitOverride().configureOutput({ writeErr: () => {} });
  const { signal } = new AbortController();
  define(command, { terminal: makeTerminal(process.stdout, process.stderr), signal, exit: () => {} });
  command.action(() => {});
  return command.parse(args, { from: "user" }).opts<SendFlags>();
}

const needed = ["--contact", "c", "--flow", "f"];

describe("send", () => {
  it("makes an intent of its options", () => {
    const flags = parse(
      ...["--contact", "task-1", "--flow", "flow-1", "--queue", "queue-1", "--instance", "instance-1"],
      ...[
        "--intent-id",
        "order-1",
        "--expires-at",
        "2026-11-24T11:00:00Z",
        "--metadata",
        '{"orderId":9007199254740993}',
      ],
    );
    assert.deepEqual(intentOf(flags), {
      contactId: "task-1",
      contactFlowId: "flow-1",
      queueId: "queue-1",
      userId: undefined,
      instanceId: "instance-1",
      intentId: "order-1",
      expiresAt: "2026-11-24T11:00:00Z",
      metadata: parseLossless('{"orderId":9007199254740993}'),
    });
    assert.match(JSON.stringify(intentOf(flags)), /"metadata":\{"orderId":9007199254740993\}/);
  });

  it("has a source and a stack by default", () => {
    const { source, stack, bus } = parse(...needed);
    assert.deepEqual([source, stack, bus], ["contact-transfer.send", "ContactTransfer", undefined]);
  });

  const wrongUses: [string[], RegExp][] = [
    [[], /'--contact <id>' not specified/],
    [["--contact", "c"], /'--flow <id>' not specified/],
    [[...needed, "--queue", "q", "--user", "u"], /'--user <id>' cannot be used with option '--queue <id>'/],
    [[...needed, "--metadata", "{"], /'\{' is invalid. It is not JSON/],
    [[...needed, "--queu", "q"], /'--queu'\n\(Did you mean --queue\?\)/],
  ];
  for (const [args, message] of wrongUses) {
    it(`refuses ${args.join(" ") || "no options"}`, () => assert.throws(() => parse(...args), { message }));
  }
});
