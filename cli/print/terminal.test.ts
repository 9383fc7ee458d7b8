import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { it } from "node:test";
import { makeTerminal } from "./terminal.ts";

it("in a pipe, progress is a whole line every 30 s, and nothing before", async (context) => {
  context.mock.timers.enable({ apis: ["Date"] });
  const stderr = new PassThrough();
  const { progress } = makeTerminal(new PassThrough(), stderr);
  for (let seconds = 0; seconds <= 95; seconds++) {
    progress(`${seconds} s`);
    context.mock.timers.tick(1000);
  }
  progress(undefined);
  stderr.end();
  assert.equal(await text(stderr), "30 s\n60 s\n90 s\n");
});

it("in a terminal, progress replaces its line, is cut to it, and is gone when something is printed", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1000 });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 10 });
  const { progress, note } = makeTerminal(new PassThrough(), stderr);
  progress("a line that is too long");
  progress("too soon");
  context.mock.timers.tick(100);
  progress("next");
  note("done");
  stderr.end();
  assert.equal(await text(stderr), "\r\x1b[Ka line t…\r\x1b[Knext\r\x1b[Kdone\n");
});

it("in a terminal, results and remarks for a person are folded to its width, and those for a program are not", async () => {
  const [stdout, stderr] = [30, 30].map((columns) =>
    Object.assign(new PassThrough(), { isTTY: true, columns }),
  );
  assert.ok(stdout && stderr);
  const { print, write, note } = makeTerminal(stdout, stderr);
  const line = "a line that is longer than the terminal";
  print(line);
  write(line);
  note(line);
  stdout.end();
  stderr.end();
  const folded = "a line that is longer than\n    the terminal\n";
  assert.deepEqual([await text(stdout), await text(stderr)], [`${folded}${line}\n`, folded]);
});

it("a terminal of 0 columns, which does not know its size, folds nothing and shows progress", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1000 });
  const [stdout, stderr] = [0, 0].map((columns) =>
    Object.assign(new PassThrough(), { isTTY: true, columns }),
  );
  assert.ok(stdout && stderr);
  const { print, note, progress, width } = makeTerminal(stdout, stderr);
  const line = "a line that is longer than the terminal";
  print(line);
  note(line);
  progress("half");
  stdout.end();
  stderr.end();
  assert.deepEqual(
    [width, await text(stdout), await text(stderr)],
    [undefined, `${line}\n`, `${line}\n\r\x1b[Khalf`],
  );
});

it("what is printed at once is written at once, and before a remark that follows it", async () => {
  const writes: string[] = [];
  const stream = (name: string) =>
    new Writable({
      decodeStrings: false,
      writev(chunks, done) {
        writes.push(`${name}: ${chunks.map(({ chunk }) => chunk).join("")}`);
        done();
      },
    });
  const { print, note } = makeTerminal(stream("out"), stream("err"));
  print("a");
  print("b");
  note("remark");
  print("c");
  await new Promise(process.nextTick);
  assert.deepEqual(writes.splice(0), ["out: a\nb\n", "err: remark\n", "out: c\n"]);
  const long = "x".repeat(100_000);
  print(long);
  print("d");
  assert.deepEqual(writes, [`out: ${long}\n`], "no more than that is held");
});
