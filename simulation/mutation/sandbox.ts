import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = fileURLToPath(new URL("../..", import.meta.url));
const notCopied = new Set(["node_modules", ".git", "dist", "cdk.out"]);

/** A copy of the project in which one mutant after the other is planted; disposing deletes it. */
export interface Sandbox extends Disposable {
  readonly root: string;
  read(file: string): string;
  /** Writes the mutant's source; disposing restores the file. */
  plant(mutant: { readonly file: string; readonly source: string }): Disposable;
}

export function openSandbox(): Sandbox {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "mutants-")));
  cpSync(projectRoot, root, {
    recursive: true,
    filter: (path) => !notCopied.has(relative(projectRoot, path)),
  });
  symlinkSync(join(projectRoot, "node_modules"), join(root, "node_modules"));
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  return {
    root,
    read,
    plant({ file, source }) {
      const original = read(file);
      writeFileSync(join(root, file), source);
      return { [Symbol.dispose]: () => writeFileSync(join(root, file), original) };
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
