import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** The blocks of a page that are marked to run against `npm start -- --serve`. */
async function readBlocks(page: string): Promise<string[]> {
  const text = await readFile(new URL(`../${page}`, import.meta.url), "utf8");
  return [...text.matchAll(/^```sh serve\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
}

/** Starts `--serve` and reads the variables that it prints for other shells. */
async function serve(): Promise<{ server: ChildProcess; env: Record<string, string> }> {
  const args = ["cli/contact-transfer.mjs", "start", "--serve", "--port", "0", "--quota", "none"];
  const server = spawn(process.execPath, args, { cwd: project, stdio: ["ignore", "pipe", "inherit"] });
  const env: Record<string, string> = {};
  for await (const line of createInterface({ input: server.stdout })) {
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) env[name] = value;
    if (name === "DEAD_LETTER_QUEUE_URL") break;
  }
  server.stdout.resume();
  return { server, env };
}

describe("the commands in the pages", { timeout: 120_000 }, () => {
  let server: ChildProcess;
  let env: Record<string, string>;

  before(async () => {
    ({ server, env } = await serve());
  });
  after(async () => {
    server.kill("SIGINT");
    await once(server, "exit");
  });

  for (const page of ["deploy.md", "operations.md"]) {
    it(`run, block after block: ${page}`, async () => {
      const blocks = await readBlocks(page);
      assert.ok(blocks.length > 1);
      for (const block of blocks) {
        const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) => {
          const options = { cwd: project, env: { ...process.env, ...env } };
          execFile("bash", ["-euc", block], options, (error, stdout, stderr) =>
            resolve({ code: error?.code ?? 0, out: stdout + stderr }),
          );
        });
        assert.equal(code, 0, `${block}\n${out}`);
      }
    });
  }
});
