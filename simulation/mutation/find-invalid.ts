import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GeneratedMutant } from "./generate/mutants-of.ts";
import { runNode } from "./run-command.ts";

const project = "tsconfig.mutants.json";
const timeoutMs = 300_000;

/** The mutants of one file that the compiler refuses: all are compiled at once, each as a file of its own beside it. */
export async function findInvalid(
  mutants: readonly GeneratedMutant[],
  root: string,
): Promise<ReadonlySet<GeneratedMutant>> {
  const files = mutants.map(({ file }, index) => file.replace(/\.ts$/, `.mutant-${index}.ts`));
  for (const [index, file] of files.entries()) writeFileSync(join(root, file), mutants[index]?.source ?? "");
  const settings = { extends: "./tsconfig.json", include: files };
  writeFileSync(join(root, project), JSON.stringify(settings));
  try {
    const args = ["node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false", "--project", project];
    const { output } = await runNode(args, root, timeoutMs);
    return new Set(mutants.filter((_, index) => output.includes(`${files[index]}(`)));
  } finally {
    for (const file of files) rmSync(join(root, file));
  }
}
