import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";

describe("npm test", () => {
  let project: string;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), "run-tests-"));
    const own = (name: string) => new URL(name, import.meta.url);
    for (const name of ["run.ts", "spec-with-slowest.ts"])
      await cp(own(name), join(project, "test", name), { recursive: true });
    await writeFile(join(project, "package.json"), '{ "type": "module" }');
    await mkdir(join(project, "room/inner"), { recursive: true });
    const passing = (name: string) => `import { it } from "node:test"; it("${name} passes", () => {});`;
    await writeFile(join(project, "room/one.test.ts"), passing("one"));
    await writeFile(join(project, "room/inner/two.test.ts"), passing("two"));
    await mkdir(join(project, "broken"));
    await writeFile(join(project, "broken/syntax.test.ts"), "const = ;");
    await mkdir(join(project, "endless"));
    await writeFile(
      join(project, "endless/endless.test.ts"),
      `import { it } from "node:test";
       it("says its process", () => console.log(\`process \${process.pid} runs\`));
       it("never ends", () => new Promise((resolve) => setTimeout(resolve, 600_000)));`,
    );
  });
  after(() => rm(project, { recursive: true }));

  function start(...paths: string[]) {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return spawn(process.execPath, [join(project, "test/run.ts"), ...paths], { cwd: project, env });
  }

  async function runTests(...paths: string[]) {
    const child = start(...paths);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { tests: stdout.match(/\w+(?= passes)/g), stderr, exitCode: child.exitCode };
  }

  const found: readonly (readonly [paths: (project: string) => string[], tests: readonly string[]])[] = [
    [() => ["room/one"], ["one"]],
    [() => ["./room/inner", "room/one.test.ts"], ["two", "one"]],
    [(project) => [join(project, "room/inner/two.test.ts")], ["two"]],
  ];
  for (const [paths, tests] of found) {
    it(`runs the tests whose path begins with ${paths(".").join(" or ")}`, async () => {
      assert.deepEqual(await runTests(...paths(project)), { tests, stderr: "", exitCode: 0 });
    });
  }

  it("runs nothing if one of the paths has no test", async () => {
    assert.deepEqual(await runTests("room", "rom/one"), {
      tests: null,
      stderr: "No test file's path begins with rom/one.\n",
      exitCode: 2,
    });
  });

  it("fails with a file that cannot be parsed", async () => {
    assert.equal((await runTests("broken")).exitCode, 1);
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
