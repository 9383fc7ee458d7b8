import assert from "node:assert/strict";
import { it } from "node:test";
import type { TestEvent } from "../input/test-event.ts";
import type { Paint } from "../report/print-results.ts";
import { type LocalStackOptions, startLocalStack } from "../stack/local-stack.ts";
import { runTestEvents } from "./run-test-events.ts";

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
    progress: () => {},
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
  assert.deepEqual(lines.at(-1)?.split("\n").slice(0, 2), [
    "1 event waits without an outcome; none has ended for 0s:",
    "  not delivered to the function yet: unanswered",
  ]);
});

it("a run that is interrupted reports what has ended, without a table", async () => {
  const { lines, ...deps } = makeDeps();
  const interrupted = new AbortController();
  await runTestEvents([unanswered, untaken], {
    ...deps,
    signal: interrupted.signal,
    print(line) {
      lines.push(line);
      interrupted.abort();
    },
  });
  assert.deepEqual(lines.slice(1)[0]?.split("\n")[0], "Interrupted: 0 of 2 events have ended.");
});
