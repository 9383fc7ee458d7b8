import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { instanceArn } from "../../test/makers.ts";

const run = promisify(execFile);

/**
 * Synthesizes a checkout's app into a folder, for `start --assembly`. No setting allows a pace that never waits, so it is
 * written into the template.
 */
export async function makeAssembly(checkout: string, folder: string): Promise<void> {
  const cdk = join(checkout, "node_modules/.bin/cdk");
  const context = [`instanceArns=${instanceArn}`, "transfersPerSecond=1000"].flatMap((each) => ["-c", each]);
  await run(cdk, ["synth", "--quiet", "--output", folder, ...context], { cwd: checkout });
  const paced = '"TRANSFERS_PER_SECOND": "1000"';
  for (const file of await readdir(folder)) {
    if (!file.endsWith(".template.json")) continue;
    const template = await readFile(join(folder, file), "utf8");
    if (!template.includes(paced)) throw new Error(`${file} has no ${paced}.`);
    await writeFile(join(folder, file), template.replace(paced, '"TRANSFERS_PER_SECOND": "1000000"'));
  }
}
