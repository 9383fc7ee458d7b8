/**
 * `npm run bench:pace`: ways to work on the intent queue side by side, in virtual time and with the same seeded
 * workload; then one short run of ours in real time. `-- --write` puts the tables into bench/RESULTS-pace.md,
 * `-- --only TEXT` runs the scenarios whose name holds the text.
 */
import { writeFile } from "node:fs/promises";
import { endWithUsage, readOwnArgs } from "../../cli/read-args.ts";
import { ours, policies } from "./consumers.ts";
import { type Goal, goalsOf } from "./goals.ts";
import { agreementReport, goalsLine, preface, type Result, scenarioReport } from "./report.ts";
import { runInRealTime, shortScenario } from "./run-in-real-time.ts";
import { runScenario } from "./run-scenario.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

const usage = `npm run bench:pace [-- --only TEXT] [-- --write]

  --write        writes bench/RESULTS-pace.md
  --only TEXT    scenarios whose names hold it, of
${scenarios.map(({ name }) => `                 ${name}`).join("\n")}`;
const values = readOwnArgs({ write: { type: "boolean" }, only: { type: "string", default: "" } }, usage);
const chosen = scenarios.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) endWithUsage(`No scenario's name holds ${JSON.stringify(values.only)}.`, usage);
const sections: string[] = [];
const goals: Goal[] = [];

tell(preface(policies));
for (const scenario of chosen) {
  const results = await runPolicies(scenario);
  goals.push(...results.slice(0, 1).flatMap(({ figures }) => goalsOf(scenario, figures)));
  tell(scenarioReport(scenario, results));
}
tell(
  agreementReport(shortScenario, await runScenario(shortScenario, ours), await runInRealTime(shortScenario)),
);
tell(`## All goals\n\n${goalsLine(goals)}\n`);
if (values.write) await writeFile(new URL("../RESULTS-pace.md", import.meta.url), sections.join("\n"));

async function runPolicies(scenario: Scenario): Promise<Result[]> {
  const results: Result[] = [];
  for (const policy of policies) results.push({ policy, figures: await runScenario(scenario, policy) });
  return results;
}

function tell(section: string): void {
  sections.push(section);
  process.stdout.write(`${section}\n`);
}
