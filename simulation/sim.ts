import { readOwnArgs, wholeNumber } from "../cli/read-args.ts";
import { judge } from "./judge/check-history.ts";
import { noneTable } from "./judge/false-nones.ts";
import { rareStates } from "./judge/rare-states.ts";
import { tokenTable } from "./judge/token-counts.ts";
import { unknownTable } from "./judge/unknown-causes.ts";
import { drawPlan } from "./plan/draw-plan.ts";
import { type Exhausted, scopes } from "./run/exhaustive.ts";
import { formatStory } from "./run/format-story.ts";
import { realCode } from "./run/real-code.ts";
import { runOnCores } from "./run/run-on-cores.ts";
import { runSchedule } from "./run/run-schedule.ts";
import { addTally, emptyTally, type Tally } from "./run/run-seeds.ts";
import type { SeedTask } from "./run/seed-worker.ts";
import { shrink } from "./run/shrink.ts";
import { writeTable } from "./run/write-table.ts";

const usage = `npm run sim -- --seeds N [--from S]   N schedules from seed S (default 1), on all cores
npm run sim -- --seed S [--trace]     one schedule; --trace prints its story
npm run sim -- --exhaustive           all schedules of a small scope
  --write                             writes the tables of results into docs/simulation.md`;

const seedWorker = new URL("./run/seed-worker.ts", import.meta.url);
/** Seeds per task of a thread: enough to make the message cheap, few enough to share the work. */
const rangeSize = 1_000;
/** From this many schedules on, a rare state that was never reached is an error. */
const enoughForRareStates = 3_000;

const values = readOwnArgs(
  {
    seeds: { type: "string" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    exhaustive: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
  usage,
);

if (values.exhaustive) await runExhaustively();
else if (values.seed !== undefined) await runOne(wholeNumber("seed", values.seed, usage), values.trace);
else if (values.seeds !== undefined)
  await runMany(wholeNumber("seeds", values.seeds, usage, 1), wholeNumber("from", values.from, usage));
else print(usage);

async function runMany(count: number, from: number) {
  const startedAt = performance.now();
  let done = 0;
  const ranges = Array.from({ length: Math.ceil(count / rangeSize) }, (_, index) => {
    const start = from + index * rangeSize;
    return { from: start, to: Math.min(from + count, start + rangeSize) };
  });
  const tally = emptyTally();
  const tallies = await runOnCores<SeedTask, Tally>(seedWorker, ranges, ({ schedules }) => {
    done += schedules;
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count}`);
  });
  for (const one of tallies) addTally(tally, one);
  const microseconds = ((performance.now() - startedAt) * 1000) / count;
  const unreached = Object.keys(rareStates).filter((name) => !tally.reached[name]);
  const failsForRareStates = count >= enoughForRareStates && unreached.length > 0;
  print("schedules that reached each rare state:");
  for (const name of Object.keys(rareStates))
    print(`${String(tally.reached[name] ?? 0).padStart(9)}  ${name}`);
  print(`\nresults by token semantics:\n${tokenTable(tally.tokens)}`);
  print(`\noutcomes with effect none of intents whose contact had moved:\n${noneTable(tally.falseNones)}`);
  print(`\neffects that stay unknown with resolveUnknown:\n${unknownTable(tally.unknowns)}`);
  if (values.write) writeTable("unknowns", unknownTable(tally.unknowns), `${count} seeds from ${from}`);
  if (values.write) writeTable("false nones", noneTable(tally.falseNones), `${count} seeds from ${from}`);
  if (values.write) writeTable("token semantics", tokenTable(tally.tokens), `${count} seeds from ${from}`);
  if (failsForRareStates) print(`\nnever reached: ${unreached.join(", ")}`);
  await explain(tally);
  print(`\n${microseconds.toFixed(0)} µs per schedule`);
  print(`${tally.schedules} schedules, ${tally.violations} violations`);
  if (tally.violations > 0 || failsForRareStates) process.exitCode = 1;
}

/** Prints the failing seeds, and the first of them shrunk. */
async function explain({ failed }: Tally) {
  for (const { seed, invariant, message } of failed) print(`\nseed ${seed}: ${invariant}: ${message}`);
  const [first] = failed;
  if (!first) return;
  const { plan, violations, runs } = await shrink(drawPlan(first.seed), first.invariant, realCode);
  print(`\nsmallest plan that breaks ${first.invariant} as seed ${first.seed} does, found in ${runs} runs:`);
  print(formatStory(plan, await runSchedule(plan, realCode), violations));
}

async function runOne(seed: number, isTraced: boolean) {
  const plan = drawPlan(seed);
  const history = await runSchedule(plan, realCode);
  const { violations } = judge(history);
  if (isTraced) print(formatStory(plan, history, violations));
  else for (const { invariant, message } of violations) print(`${invariant}: ${message}`);
  print(`1 schedule, ${violations.length} violations`);
  if (violations.length > 0) process.exitCode = 1;
}

async function runExhaustively() {
  const tasks = scopes().map((_, scope) => ({ scope }));
  const all = await runOnCores<SeedTask, Exhausted>(seedWorker, tasks, ({ scope, schedules, violations }) =>
    print(`${scope}: ${schedules} schedules, ${violations} violations`),
  );
  const sum = (of: (one: Exhausted) => number) => all.reduce((total, one) => total + of(one), 0);
  for (const { scope, failed } of all) {
    for (const { choices, invariant, message } of failed)
      print(`\n${scope}: ${choices}\n  ${invariant}: ${message}`);
  }
  const violations = sum((one) => one.violations);
  print(`${sum((one) => one.schedules)} schedules, ${violations} violations`);
  if (violations > 0) process.exitCode = 1;
}

function print(text: string) {
  process.stdout.write(`${text}\n`);
}
