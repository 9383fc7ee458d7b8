import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** How a program ended. A time-out counts as a failure. */
interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a Node program in a folder, and ends it with everything it started after `timeoutMs`. */
export async function runNode(args: readonly string[], cwd: string, timeoutMs: number): Promise<Ended> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--max-old-space-size=1024", ...args], {
    cwd,
    // Node hands it on by itself, and a process that is ended would leave half a file.
    env: { ...env, NODE_V8_COVERAGE: undefined, NODE_COMPILE_CACHE: `${cwd}/node-compile-cache` },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  let isOverdue = false;
  const timer = setTimeout(() => {
    isOverdue = true;
    end(child.pid);
  }, timeoutMs);
  try {
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    return isOverdue
      ? { code: 1, output: "a program that does not end" }
      : { code: Number(code ?? 1), output };
  } finally {
    clearTimeout(timer);
    end(child.pid);
  }
}

/** Ends a process and what it started: it leads a group of its own. */
function end(pid: number | undefined) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended.
  }
}
