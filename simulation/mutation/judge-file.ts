import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Imports, importersOf, testsOf } from "./covering-tests.ts";
import { findInvalid } from "./find-invalid.ts";
import type { GeneratedMutant } from "./generate/mutants-of.ts";
import { startResident } from "./resident.ts";
import { runNode } from "./run-command.ts";
import { projectRoot, type Sandbox } from "./sandbox.ts";

/** What became of a mutant. */
export type Fate =
  | { readonly status: "killed"; readonly by: string }
  /** The compiler refuses it. */
  | { readonly status: "invalid" }
  | { readonly status: "survived" }
  /** No test and no schedule loads the file. */
  | { readonly status: "not covered" };

export interface Judged {
  readonly mutant: GeneratedMutant;
  readonly fate: Fate;
}

interface Bench {
  readonly sandbox: Sandbox;
  readonly imports: Imports;
  /** Whether slow tests and many schedules try those that are left. */
  readonly isThorough: boolean;
}

/** These run in the sandbox, where they have the same path. */
const residentTests = pathInProject(new URL("./resident-tests.ts", import.meta.url));
const reporter = pathInProject(new URL("./first-failure.ts", import.meta.url));
const seedHunter = pathInProject(new URL("./hunt-seeds.ts", import.meta.url));
const timeoutMs = 300_000;
const manySeeds = 3_000;
/** So many mutants are judged in one process before it must prove that they have left nothing behind. */
const roundsPerProof = 20;

/** Tries to find each mutant of a file: with its fast tests, then with the compiler, then with whatever is slow. */
export async function* judgeFile(
  file: string,
  mutants: readonly GeneratedMutant[],
  bench: Bench,
): AsyncGenerator<Judged> {
  const { sandbox, imports } = bench;
  const { fast, slow } = testsOf(file, imports);
  if (fast.length + slow.length === 0) {
    for (const mutant of mutants) yield { mutant, fate: { status: "not covered" } };
    return;
  }
  const left: GeneratedMutant[] = [];
  for await (const { mutant, failed } of runFastTests(file, mutants, fast, bench)) {
    if (failed === undefined) left.push(mutant);
    else yield { mutant, fate: { status: "killed", by: failed } };
  }
  const invalid = await findInvalid(left, sandbox.root);
  for (const mutant of left) {
    if (invalid.has(mutant)) yield { mutant, fate: { status: "invalid" } };
    else yield { mutant, fate: await judgeSlowly(mutant, slow, bench) };
  }
}

async function* runFastTests(
  file: string,
  mutants: readonly GeneratedMutant[],
  tests: readonly string[],
  { sandbox: { root, read }, imports }: Bench,
): AsyncGenerator<{ mutant: GeneratedMutant; failed?: string }> {
  const setup = { root, tests, mutated: file, renewed: importersOf(file, imports) };
  const open = (longestMs?: number) => startResident(root, residentTests, setup, longestMs);
  let resident = open();
  try {
    const original = read(file);
    const broken = await resident.firstFailure(original);
    if (broken !== undefined) throw new Error(`A test of ${file} fails without any mutant: ${broken}.`);
    for (let first = 0; first < mutants.length; first += roundsPerProof) {
      const judged = [];
      for (const mutant of mutants.slice(first, first + roundsPerProof))
        judged.push({ mutant, failed: await resident.firstFailure(mutant.source) });
      if ((await resident.firstFailure(original)) === undefined) {
        yield* judged;
        continue;
      }
      // One of them has left something behind: each gets a process of its own.
      for (const { mutant } of judged) {
        using alone = open(resident.longestMs);
        yield { mutant, failed: await alone.firstFailure(mutant.source) };
      }
      const { longestMs } = resident;
      resident[Symbol.dispose]();
      resident = open(longestMs);
    }
  } finally {
    resident[Symbol.dispose]();
  }
}

async function judgeSlowly(
  mutant: GeneratedMutant,
  slow: readonly string[],
  { sandbox, isThorough }: Bench,
): Promise<Fate> {
  if (!isThorough) return { status: "survived" };
  using _planted = sandbox.plant(mutant);
  const run = (args: readonly string[]) => runNode(args, sandbox.root, timeoutMs);
  for (const test of slow) {
    const tested = await run(["--test", "--test-isolation=none", `--test-reporter=./${reporter}`, test]);
    if (tested.code !== 0) return { status: "killed", by: tested.output || test };
  }
  if (!slow.some((test) => test.startsWith("simulation/"))) return { status: "survived" };
  const hunted = await run([seedHunter, String(manySeeds)]);
  return hunted.code === 0 ? { status: "survived" } : { status: "killed", by: hunted.output };
}

function pathInProject(url: URL): string {
  return relative(projectRoot, fileURLToPath(url));
}
