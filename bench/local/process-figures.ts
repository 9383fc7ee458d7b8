import { readdirSync, readFileSync } from "node:fs";

export interface ProcessFigures {
  readonly cpuMs: number;
  /** The most that was in memory at a time. */
  readonly peakMb: number;
}

/** Of the kernel, in which /proc counts: 100 wherever Node runs. */
const ticksPerSecond = 100;

/** What a process and its children have used so far; the children are the function's instances. Linux only. */
export function readFigures(pid: number): {
  readonly own: ProcessFigures;
  readonly children: ProcessFigures;
} {
  const own = readProcess(pid);
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((each) => each?.parent === pid);
  return { own: add([own]), children: add(children) };
}

function add(processes: readonly (ProcessFigures | undefined)[]): ProcessFigures {
  const sum = (of: "cpuMs" | "peakMb") => processes.reduce((total, each) => total + (each?.[of] ?? 0), 0);
  return { cpuMs: sum("cpuMs"), peakMb: sum("peakMb") };
}

/** Undefined if the process has ended. */
function readProcess(pid: number): (ProcessFigures & { readonly parent: number }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may contain anything.
    const [, parent, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user, system] = fields.slice(9, 11).map(Number);
    const [, peakKb = 0] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    const cpuMs = (((user ?? 0) + (system ?? 0)) * 1000) / ticksPerSecond;
    return { parent: Number(parent), cpuMs, peakMb: Number(peakKb) / 1024 };
  } catch {
    return undefined;
  }
}
