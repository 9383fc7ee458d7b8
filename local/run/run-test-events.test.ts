import assert from "node:assert/strict";
import { it } from "node:test";
import { type LocalStackOptions, startLocalStack } from "../stack/local-stack.ts";
import type { Paint } from "./print-results.ts";
import { runTestEvents } from "./run-test-events.ts";
import type { TestEvent } from "./test-event.ts";

const plain: Paint = (_color, text) => text;

/** A stack whose queues nothing polls. */
const deafStack = {
  stackName: "Deaf",
  region: "us-east-1",
  accountId: "000000000000",
  template: {
    Resources: { Intents: { Type: "AWS::SQS::Queue" }, DeadLetters: { Type: "AWS::SQS::Queue" } },
    Outputs: {
      IntentQueueUrl: { Value: { Ref: "Intents" } },
      DeadLetterQueueUrl: { Value: { Ref: "DeadLetters" } },
    },
  },
  codeDirectories: {},
};
const unanswered: TestEvent = {
  name: "unanswered",
  expected: { outcome: "succeeded" },
  content: { kind: "message", body: "{}" },
};
const untaken: TestEvent = {
  name: "untaken",
  expected: { outcome: "none" },
  content: { kind: "event", envelope: { source: "x", "detail-type": "y", detail: {} } },
};

function makeDeps() {
  const lines: string[] = [];
  return {
    lines,
    startStack: (listeners: Partial<LocalStackOptions>) =>
      startLocalStack({ ...listeners, assembly: deafStack }),
    print: (line: string) => lines.push(line),
    paint: plain,
    signal: new AbortController().signal,
  };
}

it("a run that times out names the events without an outcome", async () => {
  const { lines, ...deps } = makeDeps();
  const results = await runTestEvents([unanswered, untaken], { ...deps, patienceMs: 1 });
  assert.deepEqual(
    results.map(({ testEvent, ending }) => [testEvent.name, ending?.kind]),
    [
      ["unanswered", undefined],
      ["untaken", "none"],
    ],
  );
  assert.ok(
    lines.includes(
      "No outcome yet for unanswered: still queued, or being retried. --logs shows what the function does.",
    ),
  );
});

it("a run that is interrupted prints no summary", async () => {
  const { lines, ...deps } = makeDeps();
  const interrupted = new AbortController();
  const run = runTestEvents([unanswered], {
    ...deps,
    signal: interrupted.signal,
    print(line) {
      lines.push(line);
      interrupted.abort();
    },
  });
  await run;
  assert.equal(lines.length, 1);
});
