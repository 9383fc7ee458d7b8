import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Where files with the contents of dead letters go if nobody names another place. It has a `.gitignore` of its own, so that
 * neither git nor npm takes them along.
 */
const privateFolder = ".contact-transfer";

/** The path of a file in the private folder of the current directory. */
export function privateFile(name: string): string {
  return join(privateFolder, name);
}

/** Creates the private folder if the file belongs there. Another file's folder must exist. */
export function ensurePrivateFolder(file: string): void {
  const folder = dirname(file);
  if (basename(folder) !== privateFolder) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
