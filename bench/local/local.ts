/**
 * `npm run bench:local`: many intents through the local run, `start --serve` and `start FILE`. With `--beside`, another
 * checkout of the project runs in turn with this one, so that a change can be compared on the same machine. Linux only.
 */
import { mkdir, mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "simple-statistics";
import { endWithUsage, readOwnArgs, wholeNumber } from "../../cli/read-args.ts";
import { figuresTable } from "../figures-table.ts";
import { makeAssembly } from "./make-assembly.ts";
import { measureFile, measureServe, type RunFigures } from "./measure-run.ts";

const usage = `npm run bench:local [-- --intents N] [--rounds N] [--beside FOLDER]
    --intents N        in each run (default 20000)
    --rounds N         runs of each kind (default 3)
    --beside FOLDER    another checkout of the project, with its node_modules`;
const options = readOwnArgs(
  {
    intents: { type: "string", default: "20000" },
    rounds: { type: "string", default: "3" },
    beside: { type: "string" },
  },
  usage,
);
const intents = wholeNumber("intents", options.intents, usage, 10);
const rounds = wholeNumber("rounds", options.rounds, usage, 1);
if (process.platform !== "linux") endWithUsage("bench:local reads /proc, which only Linux has.", usage);

const cases = [
  { name: "start --serve", measure: measureServe },
  { name: "start FILE", measure: measureFile },
];
const here = fileURLToPath(new URL("../..", import.meta.url));
const checkouts = options.beside === undefined ? [here] : [resolve(options.beside), here];
const measured = new Map<string, RunFigures[]>();
await using temporary = await mkdtempDisposable(join(tmpdir(), "contact-transfer-bench-"));

for (const [index, checkout] of checkouts.entries())
  await makeAssembly(checkout, join(temporary.path, `assembly-${index}`));
for (let round = 0; round < rounds; round++) {
  for (const { name, measure } of cases) {
    for (const [index, checkout] of checkouts.entries()) {
      const folder = join(temporary.path, `${index}-${round}-${name}`);
      await mkdir(folder);
      const assembly = join(temporary.path, `assembly-${index}`);
      const figures = await measure({ checkout, assembly, folder, intents });
      const key = `${name} ${index}`;
      measured.set(key, [...(measured.get(key) ?? []), figures]);
    }
  }
}
process.stdout.write(report());

function report(): string {
  const columns = [
    { name: "intents per second", of: ({ perSecond }: RunFigures) => perSecond, digits: 0, unit: "" },
    {
      name: "CPU of the local run",
      of: ({ program }: RunFigures) => program.cpuMs / intents,
      digits: 2,
      unit: " ms",
    },
    {
      name: "CPU of the function",
      of: ({ functions }: RunFigures) => functions.cpuMs / intents,
      digits: 2,
      unit: " ms",
    },
    {
      name: "memory of the local run",
      of: ({ program }: RunFigures) => program.peakMb,
      digits: 0,
      unit: " MB",
    },
    {
      name: "memory of the function",
      of: ({ functions }: RunFigures) => functions.peakMb,
      digits: 0,
      unit: " MB",
    },
  ];
  const rows = cases.flatMap(({ name }) =>
    columns.map(({ name: figure, of, digits, unit }) => {
      const values = checkouts.map((_, index) => median((measured.get(`${name} ${index}`) ?? []).map(of)));
      const [before = 0, now = 0] = values;
      const ratio = checkouts.length > 1 ? [(now / before).toFixed(2)] : [];
      return [`${name}: ${figure}`, ...values.map((value) => `${value.toFixed(digits)}${unit}`), ...ratio];
    }),
  );
  const head = checkouts.length > 1 ? ["beside", "this checkout", "ratio"] : ["this checkout"];
  return `
## Large local runs

\`npm run bench:local\`: ${intents.toLocaleString("en")} intents through each, ${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}; CPU per intent. The function's two
instances, the local run and, for \`--serve\`, the sender with the AWS SDK share the machine's processors.

${figuresTable([["", ...head], ...rows])}
`;
}
