import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Command } from "commander";
import { makeTerminal } from "../../cli/print/terminal.ts";
import { addCommands, type CommandContext, type CommandTable } from "../../cli/run-command.ts";
import { defineStart } from "../../local/start.ts";
import { operatorCommands } from "../../operate/program.ts";

const root = join(import.meta.dirname, "../..");
const docs = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
const pages = ["README.md", "SECURITY.md", ...docs.map((name) => `docs/${name}`)];

const table: CommandTable = {
  ...operatorCommands,
  start: { summary: "", load: async () => ({ define: (command, about) => defineStart(command, about) }) },
  console: { summary: "", load: () => import("../../console/command.ts") },
};
const context: CommandContext = {
  terminal: makeTerminal(process.stdout, process.stderr),
  signal: new AbortController().signal,
  exit() {},
};

/** What follows the program's name, up to a comment, a pipe, or a column of explanations. */
function wordsOf(line: string): string[] {
  const [command = ""] = line.split(/\s{2,}|\s[#|>&\\]|;/);
  const words = command.replaceAll(/[[\]]/g, "").match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.filter((word) => word !== "…" && word !== "...");
}

/** What is wrong with a command line; undefined if its command has these options and takes these operands. */
async function problemOf(words: readonly string[]): Promise<string | undefined> {
  const program = new Command();
  await addCommands(program, table, context, words);
  let command = program;
  const left = [...words];
  while (command.commands.length > 0) {
    const [name] = left;
    const next = command.commands.find((each) => each.name() === name);
    // A group of commands, such as `dlq`, or any command of it.
    if (!next)
      return name === undefined || /^-|^COMMAND$/.test(name) ? undefined : `there is no command ${name}`;
    command = next;
    left.shift();
  }
  let operands = 0;
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    // Stands for `--reason REASON`.
    if (word === "R" || word === "--help") continue;
    const [name = "", ...value] = word.split("=");
    if (!name.startsWith("-")) {
      operands++;
      continue;
    }
    const option = command.options.find(({ long, short }) => long === name || short === name);
    if (!option) return `it has no option ${name}`;
    if (option.required && value.length === 0) left.shift();
  }
  const { length } = command.registeredArguments;
  const isOpen = command.registeredArguments.some(({ variadic }) => variadic);
  return operands > length && !isOpen ? `it takes ${length} operands, not ${operands}` : undefined;
}

async function problemsOf(lines: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const line of lines) {
    const problem = await problemOf(wordsOf(line));
    if (problem !== undefined) problems.push(`${line}: ${problem}`);
  }
  return problems;
}

describe("a command that is named", () => {
  for (const page of pages) {
    it(`in ${page} has the options and operands that it is named with`, async () => {
      const text = await readFile(join(root, page), "utf8");
      const named = [...text.matchAll(/(?:npx |\$ )contact-transfer ([^`\n]*)/g)];
      assert.deepEqual(await problemsOf(named.map(([, line = ""]) => line)), []);
    });
  }

  it("in short in docs/operations.md has them too", async () => {
    const text = await readFile(join(root, "docs/operations.md"), "utf8");
    const short = /`((?:dlq )?(?:list|show|replay|resolve|discard|export|import) [^`]+)`/g;
    const named = [...text.matchAll(short)].map(([, line = ""]) =>
      line.startsWith("dlq ") ? line : `dlq ${line}`,
    );
    assert.ok(named.length > 10);
    assert.deepEqual(await problemsOf(named), []);
  });
});
