import { figuresTable } from "../figures-table.ts";
import type { Consumer } from "./consumers.ts";
import type { Figures } from "./figures.ts";
import { type Goal, goalsOf, percent } from "./goals.ts";
import type { Scenario } from "./scenarios.ts";

export interface Result {
  readonly consumer: Pick<Consumer, "name">;
  readonly figures: Figures;
}

const columns: readonly (readonly [head: string, cell: (figures: Figures) => string])[] = [
  ["quota used", ({ quotaUsed }) => percent(quotaUsed)],
  ["throttled", ({ throttled }) => percent(throttled)],
  [
    "others throttled",
    ({ othersThrottled }) => (othersThrottled === undefined ? "–" : percent(othersThrottled)),
  ],
  ["transferred", ({ transferred, intents }) => `${transferred} of ${intents}`],
  ["dead-lettered", ({ deadLettered }) => String(deadLettered)],
  ["duplicates", ({ duplicates }) => String(duplicates)],
  ["median wait", ({ medianWaitSeconds }) => `${medianWaitSeconds.toFixed(0)} s`],
  ["p99 wait", ({ p99WaitSeconds }) => `${p99WaitSeconds.toFixed(0)} s`],
  [
    "urgent p99 wait",
    ({ urgentP99WaitSeconds: seconds }) => (seconds === undefined ? "–" : `${seconds.toFixed(0)} s`),
  ],
  ["GB-s", ({ gigabyteSeconds }) => gigabyteSeconds.toFixed(0)],
  ["calls/transfer", ({ callsPerTransfer }) => callsPerTransfer.toFixed(3)],
];

/** A scenario's results and goals in Markdown. */
export function scenarioReport(scenario: Scenario, results: readonly Result[]): string {
  const rows = [
    ["", ...columns.map(([head]) => head)],
    ...results.map(({ consumer, figures }) => [consumer.name, ...columns.map(([, cell]) => cell(figures))]),
  ];
  const goals = results.slice(0, 1).flatMap(({ figures }) => goalsOf(scenario, figures));
  const settings = `pace ${scenario.transfersPerSecond}/s, batch size ${scenario.batchSize}`;
  return `## ${scenario.name}\n\n${settings}\n\n${figuresTable(rows)}\n\n${goalsLine(goals)}\n`;
}

export function goalsLine(goals: readonly Goal[]): string {
  const missed = goals.filter(({ isMet }) => !isMet);
  const met = `${goals.length - missed.length} of ${goals.length} goals of contact-transfer met`;
  if (missed.length === 0) return `${met}: ${[...new Set(goals.map(({ words }) => words))].join(", ")}.`;
  return `${met}; **missed: ${missed.map(({ words, reached }) => `${words} (${reached})`).join(", ")}**.`;
}

/** The consumers and the assumptions. */
export function preface(consumers: readonly Consumer[]): string {
  const list = consumers.map(
    ({ name, what, maxReceiveCount }) => `- **${name}**: ${what}; maxReceiveCount ${maxReceiveCount}`,
  );
  return `# Pace benchmark

\`npm run bench:pace -- --write\` writes this file. Time is virtual; the workload is seeded and the same for all.
contact-transfer is the real engine. Every request goes through a real client of the AWS SDK, whose own retries sleep in
virtual time.

${list.join("\n")}

The function has 30 s and 256 MB, its queue a visibility timeout of 180 s. A request takes 60 to 140 ms, a cold start
200 to 500 ms, and publishing an outcome 20 ms (the others publish nothing). Other callers in the account call at random
instants (Poisson) and do not slow down. _Quota used_ divides transfers and granted requests of others by what the
quota's rate grants from the first intent to the end of the last one, without an outage; the burst saved up at the start
can take it above 100 %. _Dead-lettered_ counts healthy intents, _duplicates_ requests with another token for a contact
that had been transferred. Waits are those of transferred intents; GB-s is the billed duration.

In an outage, each instance of contact-transfer asks every five seconds whether Connect is back, and what waits returns
within 30 s. A fair queue is modeled as SQS documents it: messages of a group that took more than a tenth of the
consumers' time in the last five minutes come after all others, while the group still sends.
`;
}

/** Compares a run in real time with the same run in virtual time. */
export function agreementReport(scenario: Scenario, virtual: Figures, real: Figures): string {
  const agrees =
    Math.abs(virtual.quotaUsed - real.quotaUsed) <= 0.03 &&
    virtual.throttled === real.throttled &&
    virtual.transferred === real.transferred;
  const rows = [
    ["", ...columns.map(([head]) => head)],
    ["virtual time", ...columns.map(([, cell]) => cell(virtual))],
    ["real time, HTTP", ...columns.map(([, cell]) => cell(real))],
  ];
  const verdict = agrees ? "They agree" : "**They do not agree**";
  return `## contact-transfer in real time, ${scenario.name}\n\n${figuresTable(rows)}\n\n${verdict} (quota used within 3 points, the same transfers and throttled requests).\n`;
}
