/**
 * Takes the place of `node:test` in a process that runs the same tests again and again: tests are collected while their
 * files load, and run when they are asked for. It knows what the function's tests use.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { mock } from "node:test";

type Work = (context: object) => unknown;

interface Suite {
  readonly around?: Suite;
  readonly members: (Suite | { readonly name: string; readonly work: Work })[];
  readonly hooks: Readonly<Record<"before" | "after" | "beforeEach" | "afterEach", Work[]>>;
}

const suiteNow = new AsyncLocalStorage<Suite>();
let root = newSuite();
let opening: Promise<unknown>[] = [];

function newSuite(around?: Suite): Suite {
  return { around, members: [], hooks: { before: [], after: [], beforeEach: [], afterEach: [] } };
}

export function describe(_name: string, ...given: (object | Work)[]) {
  const suite = newSuite(currentSuite());
  currentSuite().members.push(suite);
  opening.push(Promise.resolve(suiteNow.run(suite, () => workOf(given)({}))));
}

export function it(name: string, ...given: (object | Work)[]) {
  currentSuite().members.push({ name, work: workOf(given) });
}

export const before = (work: Work) => currentSuite().hooks.before.push(work);
export const after = (work: Work) => currentSuite().hooks.after.push(work);
export const beforeEach = (work: Work) => currentSuite().hooks.beforeEach.push(work);
export const afterEach = (work: Work) => currentSuite().hooks.afterEach.push(work);

function currentSuite(): Suite {
  return suiteNow.getStore() ?? root;
}

function workOf(given: readonly (object | Work)[]): Work {
  const work = given.at(-1);
  if (typeof work !== "function") throw new Error("A test without a function.");
  return work as Work;
}

/** Loads test files and runs their tests until the first fails: resolves with its name. */
export async function firstFailure(load: () => Promise<unknown>): Promise<string | undefined> {
  root = newSuite();
  opening = [];
  let failed: string | undefined;
  try {
    await load();
    while (opening.length > 0) await Promise.all(opening.splice(0));
    failed = await runSuite(root);
  } catch (error) {
    failed = `a file that fails to load: ${String(error).slice(0, 100)}`;
  }
  return failed;
}

async function runSuite(suite: Suite): Promise<string | undefined> {
  try {
    for (const work of suite.hooks.before) await work({});
    for (const member of suite.members) {
      const failed = "work" in member ? await runTest(member, suite) : await runSuite(member);
      if (failed !== undefined) return failed;
    }
  } finally {
    for (const work of suite.hooks.after) await work({});
  }
  return undefined;
}

async function runTest(test: { name: string; work: Work }, suite: Suite): Promise<string | undefined> {
  const endings: Work[] = [];
  const context = { mock, name: test.name, after: (work: Work) => endings.push(work), diagnostic() {} };
  try {
    for (const work of hooksOf(suite, "beforeEach")) await work(context);
    await test.work(context);
    for (const work of hooksOf(suite, "afterEach")) await work(context);
    return undefined;
  } catch {
    return test.name;
  } finally {
    for (const work of endings) await work(context);
    mock.reset();
  }
}

function hooksOf(suite: Suite, kind: "beforeEach" | "afterEach"): Work[] {
  return [...(suite.around ? hooksOf(suite.around, kind) : []), ...suite.hooks[kind]];
}
