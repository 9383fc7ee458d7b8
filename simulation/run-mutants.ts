import { isMainThread, parentPort } from "node:worker_threads";
import { type Mutant, mutants } from "./mutants/mutants.ts";
import { plantMutant } from "./mutants/plant-mutant.ts";
import { runOnCores } from "./run/run-on-cores.ts";
import { runSeeds } from "./run/run-seeds.ts";
import { writeTable } from "./run/write-table.ts";

/** Seeds in which a mutant must be caught. */
const mostSeeds = 20_000;

interface Verdict {
  readonly mutant: string;
  readonly file: string;
  /** Seeds until it was caught; undefined: it lived. */
  readonly seeds?: number;
  readonly invariant?: string;
}

if (isMainThread) await runAll();
else parentPort?.on("message", async (mutant: Mutant) => parentPort?.postMessage(await hunt(mutant)));

async function hunt(mutant: Mutant): Promise<Verdict> {
  using planted = await plantMutant(mutant);
  const { schedules, failed } = await runSeeds(
    1,
    1 + mostSeeds,
    planted.code,
    ({ violations }) => violations > 0,
  );
  const { name, file } = mutant;
  return { mutant: name, file, ...(failed[0] && { seeds: schedules, invariant: failed[0].invariant }) };
}

async function runAll() {
  const verdicts = await runOnCores<Mutant, Verdict>(new URL(import.meta.url), mutants, (verdict) => {
    const { mutant, seeds, invariant, file } = verdict;
    const fate = seeds === undefined ? `ALIVE after ${mostSeeds}` : `killed by ${String(seeds).padStart(5)}`;
    print(`${fate} seeds: ${mutant} (${invariant ?? file})`);
  });
  const alive = verdicts.filter(({ seeds }) => seeds === undefined);
  if (process.argv.includes("--write")) writeTable("mutants", tableOf(verdicts), "Seeds from 1 on");
  print(`${verdicts.length} mutants, ${alive.length} alive`);
  if (alive.length > 0) process.exitCode = 1;
}

function tableOf(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(
    ({ mutant, file, seeds, invariant }) =>
      `| ${mutant} | \`${file}\` | ${seeds ?? "alive"} | ${invariant ?? ""} |`,
  );
  return ["| planted fault | in lambda/ | seeds to kill | by |", "|---|---|---|---|", ...lines].join("\n");
}

function print(text: string) {
  process.stdout.write(`${text}\n`);
}
