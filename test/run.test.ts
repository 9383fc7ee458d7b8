import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";

const passing = (name: string) => `import { it } from "node:test"; it("${name} passes", () => {});`;
/** Passes if no other file has run in its process, and leaves a trace for those that come after it. */
const first = (line = "") =>
  `import assert from "node:assert/strict"; import { it } from "node:test"; ${line}
   it("the first passes", () => { assert.equal(Error.mark, undefined); Error.mark = 1; });`;

const testFiles: Readonly<Record<string, string>> = {
  "room/one.test.ts": passing("one"),
  "room/inner/two.test.ts": passing("two"),
  "broken/syntax.test.ts": "const = ;",
  "failing/a.test.ts": passing("a"),
  "failing/b.test.ts": `import { it } from "node:test"; it("is true", () => { throw new Error("no"); });`,
  "failing/c.test.ts": passing("c"),
  "unreadable/a.test.ts": passing("a"),
  "unreadable/b.test.ts": `throw new Error("not today");`,
  "unreadable/c.test.ts": passing("c"),
  "empty/a.test.ts": passing("a"),
  "empty/b.test.ts": "export {};",
  "late/a.test.ts": `import { it } from "node:test"; it("a passes", () => { setImmediate(() => { throw new Error("late"); }); });`,
  "late/b.test.ts": passing("b"),
  "ending/a.test.ts": `import { it } from "node:test"; import { end } from "../end.ts"; it("ends", end);`,
  "ending/b.test.ts": passing("b"),
  "end.ts": "export const end = () => process.exit();",
  "waiting/a.test.ts": passing("a"),
  "waiting/b.test.ts": `import { it } from "node:test"; it("b passes", () => new Promise((resolve) => setTimeout(resolve, 1).unref()));`,
  "hooks/a.test.ts": `import { afterEach } from "node:test"; afterEach(() => { throw new Error("not for b"); });`,
  "hooks/b.test.ts": passing("b"),
  "together/a.test.ts": first(),
  "together/b.test.ts": first(),
  "alone/a.test.ts": first(),
  "alone/b.test.ts": first("process.env.NAME = 'b';"),
  "alone/c.test.ts": first('import "../test/inner/c.ts";'),
  "test/inner/c.ts": 'import "./d.ts";',
  "test/inner/d.ts": "globalThis.name = 'd';",
  "endless/endless.test.ts": `import { it } from "node:test";
     it("prints its process", () => console.log(\`process \${process.pid} runs\`));
     it("never ends", () => new Promise((resolve) => setTimeout(resolve, 600_000)));`,
};

describe("npm test", () => {
  let project: string;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), "run-tests-"));
    const own = (name: string) => new URL(name, import.meta.url);
    for (const name of ["run.ts", "plan-processes.ts", "spec-with-slowest.ts"])
      await cp(own(name), join(project, "test", name), { recursive: true });
    await writeFile(join(project, "package.json"), '{ "type": "module" }');
    for (const [file, text] of Object.entries(testFiles)) {
      await mkdir(join(project, dirname(file)), { recursive: true });
      await writeFile(join(project, file), text);
    }
  });
  after(() => rm(project, { recursive: true }));

  function start(...paths: string[]) {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return spawn(process.execPath, [join(project, "test/run.ts"), ...paths], { cwd: project, env });
  }

  async function runTests(...paths: string[]) {
    const child = start(...paths);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { stdout, tests: stdout.match(/\w+(?= passes)/g), stderr, exitCode: child.exitCode };
  }

  const found: readonly (readonly [paths: (project: string) => string[], tests: readonly string[]])[] = [
    [() => ["room/one"], ["one"]],
    [() => ["./room/inner", "room/one.test.ts"], ["one", "two"]],
    [(project) => [join(project, "room/inner/two.test.ts")], ["two"]],
  ];
  for (const [paths, tests] of found) {
    it(`runs the tests whose path begins with ${paths(".").join(" or ")}`, async () => {
      const { stdout: _, ...ended } = await runTests(...paths(project));
      assert.deepEqual({ ...ended, tests: ended.tests?.toSorted() }, { tests, stderr: "", exitCode: 0 });
    });
  }

  it("runs nothing if one of the paths has no test", async () => {
    assert.deepEqual(await runTests("room", "rom/one"), {
      stdout: "",
      tests: null,
      stderr: "No test file's path begins with rom/one.\n",
      exitCode: 2,
    });
  });

  it("fails with a file that cannot be parsed", async () => {
    assert.equal((await runTests("broken")).exitCode, 1);
  });

  describe("with files that share a process", () => {
    it("names the file of a test that fails, and runs the others", async () => {
      const { stdout, tests, exitCode } = await runTests("failing");
      assert.match(stdout, /^test at failing\/b\.test\.ts:1:\d+\n✖ is true /m);
      assert.deepEqual([tests, exitCode], [["a", "c"], 1]);
    });

    it("names a file that cannot be imported, and runs the others", async () => {
      const { stdout, tests, exitCode } = await runTests("unreadable");
      assert.match(stdout, /✖ unreadable\/b\.test\.ts [\s\S]*Error: not today/);
      assert.deepEqual([tests, exitCode], [["a", "c"], 1]);
    });

    it("shows a file without a test", async () => {
      const { stdout, exitCode } = await runTests("empty");
      assert.match(stdout, /^✔ empty\/b\.test\.ts /m);
      assert.equal(exitCode, 0);
    });

    it("fails if an error is thrown after its test has ended", async () => {
      assert.equal((await runTests("late")).exitCode, 1);
    });

    it("fails if one ends the process, and names those that did not run", async () => {
      const { stderr, exitCode } = await runTests("ending");
      assert.equal(stderr, "The process ended before these files: ending/a.test.ts, ending/b.test.ts\n");
      assert.equal(exitCode, 1);
    });

    it("waits for tests that nothing else keeps alive", async () => {
      const { tests, exitCode } = await runTests("waiting");
      assert.deepEqual([tests, exitCode], [["a", "b"], 0]);
    });

    it("keeps the hooks of a file to itself", async () => {
      const { tests, exitCode } = await runTests("hooks");
      assert.deepEqual([tests, exitCode], [["b"], 0]);
    });

    it("lists their process among the slowest", async () => {
      assert.match((await runTests("failing", "alone")).stdout, / s {2}failing: 3 files in one process\n/);
    });

    it("runs files in the same process that do not name it", async () => {
      const { stdout, exitCode } = await runTests("together");
      assert.match(stdout, /1 !== undefined/);
      assert.equal(exitCode, 1);
    });

    it("runs a file alone that may change its process, also by what it imports from test/", async () => {
      const { tests, exitCode } = await runTests("alone");
      assert.deepEqual([tests, exitCode], [["first", "first", "first"], 0]);
    });
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`ends its tests at a ${signal}, and fails`, { skip: process.platform === "win32" }, async () => {
      const runner = start("endless");
      let printed = "";
      for await (const chunk of runner.stdout.setEncoding("utf8")) {
        if (printed === "" && chunk.includes("runs")) runner.kill(signal);
        printed += chunk;
      }
      const [, pid] = /process (\d+) runs/.exec(printed) ?? [];
      assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
      assert.equal(runner.exitCode ?? (await once(runner, "exit"))[0], 1);
    });
  }
});
