import { Token } from "aws-cdk-lib/core";
import { SettingError } from "./setting-error.ts";
import type { Settings } from "./settings.ts";

/** The longest that an invocation may wait for a slot: its timeout, less the requests and the writes that follow. */
const slotWaitSeconds = 20;

/** Refuses settings that are valid one by one but contradict each other. */
export function checkPace({ transfersPerSecond, maxConcurrency, batchSize }: Settings): void {
  if ([transfersPerSecond, maxConcurrency, batchSize].some(Token.isUnresolved)) return;
  const seconds = (maxConcurrency * batchSize) / transfersPerSecond;
  if (seconds <= slotWaitSeconds) return;
  const slots = slotWaitSeconds * transfersPerSecond;
  const fitting = [
    ["transfersPerSecond to at least", (maxConcurrency * batchSize) / slotWaitSeconds, 0.1],
    ["maxConcurrency to at most", Math.floor(slots / batchSize), 2],
    ["batchSize to at most", Math.floor(slots / maxConcurrency), 1],
  ] as const;
  const advice = fitting
    .filter(([, value, least]) => value >= least)
    .map(([what, value]) => `${what} ${value}`);
  throw new SettingError(
    `maxConcurrency × batchSize / transfersPerSecond = ${maxConcurrency} × ${batchSize} / ${transfersPerSecond} = ${Math.ceil(seconds * 10) / 10} s, ` +
      `more than the ${slotWaitSeconds} s that an invocation can wait for its slots: set ${advice.join(", or ")}.`,
  );
}
