import { writeSync } from "node:fs";
import type { TestEvent } from "node:test/reporters";

/** A reporter that prints the first test that fails and ends the run: it needs --test-isolation=none. */
export default async function* firstFailure(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== "test:fail" || data.details.error.message.endsWith("subtest failed")) continue;
    writeSync(1, data.name);
    process.exit(1);
  }
  yield "";
}
