import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { commandWriter, replayOptions } from "./command-line.ts";
import type { ReplayRequest } from "./protocol/plans.ts";

const write = commandWriter({ stack: "Orders", region: "eu-west-2" });

describe("a command line of the console", () => {
  it("names the command, its options and the deployment", () => {
    const request: ReplayRequest = {
      selection: { kind: "filter", filter: { reason: ["AccessDenied", "NotAllowed"] }, limit: 5 },
      edits: [{ path: "/detail/queueId", json: '"queue-1"' }, { path: "/detail/userId" }],
      renew: true,
      check: false,
    };
    assert.equal(
      write(["dlq", "replay"], replayOptions(request)),
      `npx contact-transfer dlq replay --reason AccessDenied --reason NotAllowed --limit 5 --set '/detail/queueId:="queue-1"' --unset /detail/userId --renew --stack Orders --region eu-west-2`,
    );
  });

  for (const id of [
    "it's",
    "$(touch x)",
    "`id`",
    "~root",
    "a=~root",
    "a:~root",
    "=ls",
    "a b",
    "a\nrm -rf",
    "\u001b[31m",
    "ü🚚",
    "\u202e",
    "'\u0007\\",
  ]) {
    it(`passes ${JSON.stringify(id)} through a shell as it is`, () => {
      const line = write(["trace", id]).replace("npx contact-transfer trace", "printf '%s\\0'");
      const printed = execFileSync("bash", ["-c", line.replace(/ --stack .*/s, "")], { encoding: "utf8" });
      assert.equal(printed, `${id}\0`);
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
    });
  }

  it("passes an id that looks like an option as an id", () => {
    assert.equal(
      write(["trace", "--endpoint-url=http://attacker.example"]),
      "npx contact-transfer trace --stack Orders --region eu-west-2 -- --endpoint-url=http://attacker.example",
    );
  });

  it("says in a comment that so many ids do not fit on a command line", () => {
    const ids = Array.from({ length: 27_000 }, () => crypto.randomUUID());
    assert.equal(
      write(["dlq", "replay"], { "message-id": ids, yes: true }),
      "# npx contact-transfer dlq replay: too long for a command line. Select by a filter instead.",
    );
  });
});
