import type { Policy } from "./consumers.ts";
import type { Figures } from "./figures.ts";
import { type Goal, goalsOf, percent } from "./goals.ts";
import type { Scenario } from "./scenarios.ts";

/** A policy's figures in a scenario. */
export interface Result {
  readonly policy: Pick<Policy, "name">;
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
  ["duplicates", ({ askedAgain }) => String(askedAgain)],
  ["median wait", ({ medianWaitSeconds }) => `${medianWaitSeconds.toFixed(0)} s`],
  ["p99 wait", ({ p99WaitSeconds }) => `${p99WaitSeconds.toFixed(0)} s`],
  ["GB-s", ({ gigabyteSeconds }) => gigabyteSeconds.toFixed(0)],
  ["calls/transfer", ({ callsPerTransfer }) => callsPerTransfer.toFixed(3)],
];

/** A scenario's results as a Markdown table whose columns line up in a terminal too, and its goals. */
export function scenarioReport(scenario: Scenario, results: readonly Result[]): string {
  const rows = [
    ["", ...columns.map(([head]) => head)],
    ...results.map(({ policy, figures }) => [policy.name, ...columns.map(([, cell]) => cell(figures))]),
  ];
  const [ours] = results;
  const goals = ours ? goalsOf(scenario, ours.figures) : [];
  const settings = `pace ${scenario.transfersPerSecond}/s, batch size ${scenario.batchSize}`;
  return `## ${scenario.name}\n\n${settings}\n\n${table(rows)}\n\n${goalsLine(goals)}\n`;
}

/** Which goals are met, in one line. */
export function goalsLine(goals: readonly Goal[]): string {
  const missed = goals.filter(({ isMet }) => !isMet);
  const met = `${goals.length - missed.length} of ${goals.length} goals of ours met`;
  if (missed.length === 0) return `${met}: ${goals.map(({ words }) => words).join(", ")}.`;
  return `${met}; **missed: ${missed.map(({ words, reached }) => `${words} (${reached})`).join(", ")}**.`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${cells.join(" | ")} |`;
  });
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

/** What is compared, and under which assumptions. */
export function preface(policies: readonly Policy[]): string {
  const list = policies.map(
    ({ name, what, maxReceiveCount }) => `- **${name}**: ${what}; maxReceiveCount ${maxReceiveCount}`,
  );
  return `# Pace benchmark

\`npm run bench:pace -- --write\` writes this file. Time is virtual, the workload seeded and the same for all; ours is the
real engine, and every request goes through a real client of the AWS SDK, whose own retries sleep in virtual time.

${list.join("\n")}

The function has 30 s and 256 MB, its queue a visibility timeout of 180 s. A request takes 60 to 140 ms, a start of an
environment 200 to 500 ms, a put of ours 20 ms (the others put nothing). Others in the account call at random instants
(Poisson) and do not slow down. _Quota used_ counts transfers, and the granted requests of others, against the
quota's rate from the first intent until the last one has ended, an outage left out; what the quota had saved up at the
start can take it above 100 %. _Dead-lettered_ are healthy intents, _duplicates_ requests under another token for a
contact that had been moved. Waits are of transferred intents only; GB-s is what the run was billed.

Two figures of ours that look low have a reason. With 5 instances at 2/s each makes 0.4 requests a second, so that its
batch of 8 takes 20 s: of a short backlog the last batches are made while other instances have nothing left, and no
instance knows of the others (a smaller batch size shortens that tail). After an outage intents come back from backoffs
of up to 300 s, so that at 10/s the quota idles between them.
`;
}

/** How far a run in real time agrees with the same one in virtual time. */
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
  return `## Ours in real time, ${scenario.name}\n\n${table(rows)}\n\n${verdict} (quota used within 3 points, the same transfers and throttled requests).\n`;
}
