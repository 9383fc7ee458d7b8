/**
 * `npm run bench:pace`: consumers of the intent queue side by side, in virtual time with the same seeded workload; then
 * one short run of the engine in real time.
 */
import { writeFile } from "node:fs/promises";
import { endWithUsage, readOwnArgs } from "../../cli/read-args.ts";
import { consumers, engine } from "./consumers.ts";
import { type Goal, goalsOf } from "./goals.ts";
import { agreementReport, goalsLine, preface, type Result, scenarioReport } from "./report.ts";
import { runInRealTime, shortScenario } from "./run-in-real-time.ts";
import { runScenario } from "./run-scenario.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

const usage = `npm run bench:pace [-- --only TEXT] [-- --write]

  --write        write bench/RESULTS-pace.md
  --only TEXT    run the scenarios whose names contain it, of
${scenarios.map(({ name }) => `                 ${name}`).join("\n")}`;
const values = readOwnArgs({ write: { type: "boolean" }, only: { type: "string", default: "" } }, usage);
const chosen = scenarios.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) endWithUsage(`No scenario's name contains ${JSON.stringify(values.only)}.`, usage);
const sections: string[] = [];
const goals: Goal[] = [];

show(preface(consumers));
for (const scenario of chosen) {
  const results = await runConsumers(scenario);
  goals.push(...results.slice(0, 1).flatMap(({ figures }) => goalsOf(scenario, figures)));
  show(scenarioReport(scenario, results));
}
show(
  agreementReport(
    shortScenario,
    await runScenario(shortScenario, engine),
    await runInRealTime(shortScenario),
  ),
);
show(`## All goals\n\n${goalsLine(goals)}\n`);
if (values.write) await writeFile(new URL("../RESULTS-pace.md", import.meta.url), sections.join("\n"));

async function runConsumers(scenario: Scenario): Promise<Result[]> {
  const results: Result[] = [];
  for (const consumer of consumers)
    results.push({ consumer, figures: await runScenario(scenario, consumer) });
  return results;
}

function show(section: string): void {
  sections.push(section);
  process.stdout.write(`${section}\n`);
}
