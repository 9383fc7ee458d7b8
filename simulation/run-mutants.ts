// `npm run sim:mutants`: plants each mutant and counts the seeds until an invariant catches it. `-- --only TEXT`, which can be
// repeated, plants those whose name has the text.
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { mostSeeds, type Verdict } from "./mutants/hunt-mutant.ts";
import { mutants } from "./mutants/mutants.ts";
import type { Mutant } from "./mutants/plant-mutant.ts";
import { runOnCores } from "./run/run-on-cores.ts";
import { writeTable } from "./run/write-table.ts";

const huntMutant = new URL("./mutants/hunt-mutant.ts", import.meta.url);
const { values } = parseArgs({
  options: { write: { type: "boolean" }, only: { type: "string", multiple: true } },
});
const { only = [""], write = false } = values;
if (write && values.only) throw new Error("The table is written of all mutants: leave out --only.");
const chosen = mutants.filter(({ name }) => only.some((text) => name.includes(text)));
if (chosen.length === 0) throw new Error("No mutant has such a name.");
const verdicts = await runOnCores<Mutant, Verdict>(
  huntMutant,
  chosen,
  ({ mutant, seeds, invariant, file }) => {
    const found = seeds === undefined ? `ALIVE after ${mostSeeds}` : `killed by ${String(seeds).padStart(5)}`;
    print(`${found} seeds: ${mutant} (${invariant ?? file})`);
  },
);
const alive = verdicts.filter(({ seeds }) => seeds === undefined);
if (write) writeTable("mutants", tableOf(verdicts), "Seeds from 1");
print(`${verdicts.length} mutants, ${alive.length} alive`);
if (alive.length > 0) process.exitCode = 1;

function tableOf(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ mutant, file, seeds, invariant }) => [
    mutant,
    `\`lambda/${file}\``,
    String(seeds ?? "alive"),
    invariant ?? "",
  ]);
  const head = ["planted fault", "file", "seeds to kill", "by"];
  return markdownTable([head, ...rows], { alignDelimiters: false });
}

function print(text: string) {
  process.stdout.write(`${text}\n`);
}
