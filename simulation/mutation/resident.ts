import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Setup, Verdict } from "./resident-tests.ts";

/** Runs the same tests for one source of a file after the other; disposing ends its process. */
export interface Resident extends Disposable {
  /** The first test that fails; undefined if all pass. */
  firstFailure(source: string): Promise<string | undefined>;
  /** How long a run may take, from those that ended without a failure; undefined before. */
  readonly longestMs?: number;
}

/** The first run loads everything, so it may take longest; later ones this much longer than the shortest without a failure. */
const longestFirstMs = 120_000;
const patience = 4;
const leastMs = 3_000;
const overdue: Verdict = { failed: "a test that does not end" };
const crashed: Verdict = { failed: "a test that ends its process" };

/** Starts its process with the first source, and a new one after a source that has broken it. */
export function startResident(root: string, entry: string, setup: Setup, knownMs?: number): Resident {
  let child: ChildProcess | undefined;
  let longestMs = knownMs;
  const start = () => {
    const started = fork(join(root, entry), {
      cwd: root,
      execArgv: ["--max-old-space-size=1500", "--no-warnings"],
      // A process that is killed would leave half a file of coverage.
      env: { ...process.env, NODE_V8_COVERAGE: undefined, NODE_COMPILE_CACHE: `${root}/node-compile-cache` },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    started.send(setup);
    return started;
  };
  const end = () => {
    child?.kill("SIGKILL");
    child = undefined;
  };
  return {
    async firstFailure(source) {
      child ??= start();
      const startedAt = performance.now();
      const { promise, resolve } = Promise.withResolvers<Verdict>();
      const timer = setTimeout(resolve, longestMs ?? longestFirstMs, overdue);
      const onExit = () => resolve(crashed);
      child.once("message", resolve).once("exit", onExit).send({ source });
      const verdict = await promise;
      clearTimeout(timer);
      child.off("message", resolve).off("exit", onExit);
      if (verdict === overdue || verdict === crashed) end();
      else if (verdict.failed === undefined)
        longestMs = Math.min(
          longestMs ?? longestFirstMs,
          leastMs + patience * (performance.now() - startedAt),
        );
      return verdict.failed;
    },
    get longestMs() {
      return longestMs;
    },
    [Symbol.dispose]: end,
  };
}
