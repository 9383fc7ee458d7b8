// `npm run mutants`: makes every small mistake in the function's code, one at a time, and shows which ones nothing notices.
import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { readOwnArgs, wholeNumber } from "../cli/read-args.ts";
import { readImports } from "./mutation/covering-tests.ts";
import { equivalentMutants } from "./mutation/generate/equivalent-mutants.ts";
import { readKnown } from "./mutation/generate/known-mutants.ts";
import { type GeneratedMutant, mutantsOf, sample } from "./mutation/generate/mutants-of.ts";
import { judgeFile } from "./mutation/judge-file.ts";
import { openReport } from "./mutation/open-report.ts";
import { describe, diffOf, isUnnoticed, type Result, summaryOf } from "./mutation/report.ts";
import { openSandbox } from "./mutation/sandbox.ts";

const usage = `npm run mutants -- [--file PART]...   mutants of the files whose path contains PART
  --only ID          one mutant; prints its diff
  --sample N         about N of them, evenly; --seed S picks others
  --quick            no slow tests (bundle, wire) and no further schedules
  --known            also those that are named as equivalent
  --jobs N           at the same time (default: all cores)
  --list             only lists them
  --continue         not those that an earlier run has judged, and that do not survive
Results are written to dist/mutants.json as they come: a run that was ended can continue.`;

/** Code that runs in production. Lists of names and texts have tests that compare them with docs and metrics. */
const mutatedFiles = "lambda/**/*.ts";
const notMutated = /\.test\.ts$|^lambda\/build\/|^lambda\/runtime\/(environment|metric-list)\.ts$/;

const values = readOwnArgs(
  {
    file: { type: "string", multiple: true, default: [""] },
    only: { type: "string" },
    sample: { type: "string" },
    seed: { type: "string", default: "0" },
    quick: { type: "boolean", default: false },
    known: { type: "boolean", default: false },
    jobs: { type: "string", default: String(availableParallelism()) },
    list: { type: "boolean", default: false },
    continue: { type: "boolean", default: false },
  },
  usage,
);

const { known, stale } = readKnown(equivalentMutants);
const report = openReport("dist/mutants.json", values.continue);
const chosen = chooseMutants();
if (values.list) for (const { id } of chosen) print(id);
else await judgeAll();

function chooseMutants(): GeneratedMutant[] {
  const files = globSync(mutatedFiles)
    .filter((file) => !notMutated.test(file) && values.file.some((part) => file.includes(part)))
    .toSorted();
  const all = files.flatMap((file) => mutantsOf(file, readFileSync(file, "utf8")));
  if (values.only !== undefined) return all.filter(({ id }) => id === values.only);
  const wanted = values.known ? all : all.filter((mutant) => !known.has(mutant));
  const size = values.sample === undefined ? wanted.length : wholeNumber("sample", values.sample, usage, 1);
  return sample(wanted, size, wholeNumber("seed", values.seed, usage));
}

async function judgeAll() {
  const startedAt = performance.now();
  const imports = readImports(".");
  const left = chosen.filter((mutant) => !report.isNoticed(mutant));
  const byFile = Object.entries(Object.groupBy(left, ({ file }) => file)).values();
  const results: Result[] = report.resultsOf(chosen);
  const work = async () => {
    using sandbox = openSandbox();
    for (const [file, mutants = []] of byFile) {
      const original = sandbox.read(file);
      const bench = { sandbox, imports, isThorough: !values.quick };
      for await (const { mutant, fate } of judgeFile(file, mutants, bench)) {
        const result = { id: mutant.id, ...fate, diff: diffOf(original, mutant.source) };
        results.push(result);
        report.add(mutant, result);
        if (isUnnoticed(result) || values.only !== undefined) print(describe(result));
      }
      process.stderr.write(`${results.length} of ${chosen.length}: ${file}\n`);
    }
  };
  await Promise.all(Array.from({ length: wholeNumber("jobs", values.jobs, usage, 1) }, work));
  for (const { file, find } of stale)
    print(`named as equivalent, but no mutant of ${file} does it: ${JSON.stringify(find)}`);
  const minutes = (performance.now() - startedAt) / 60_000;
  print(`${results.length} mutants in ${minutes.toFixed(1)} min: ${summaryOf(results)}`);
  if (results.some(isUnnoticed) || stale.length > 0) process.exitCode = 1;
}

function print(text: string) {
  process.stdout.write(`${text}\n`);
}
