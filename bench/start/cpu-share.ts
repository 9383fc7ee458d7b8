import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The function's memory in MB, and the memory that comes with a whole CPU. */
const memoryMb = { function: 256, wholeCpu: 1769 };

/** What `cpuMs` takes longer with the share of a CPU that Lambda gives than with a whole one. */
export const stretchedMs = (cpuMs: number) => cpuMs * (memoryMb.wholeCpu / memoryMb.function - 1);

/** Lambda divides a CPU by periods of this length. */
const periodUs = 20_000;
const shareUs = Math.round((periodUs * memoryMb.function) / memoryMb.wholeCpu);

/** Control groups for measuring. Both come before all other work of the machine. */
export interface CpuShare extends AsyncDisposable {
  /**
   * The command that runs this one as Lambda does: with a whole CPU, and from the end of its initialization with its share of
   * one, which `fresh-process.mjs` sets.
   */
  limited(command: readonly string[]): readonly string[];
  readonly env: { readonly CPU_SHARE_FILE: string; readonly CPU_SHARE: string };
  /** Gives the whole CPU back before the next process. */
  reset(): Promise<void>;
}

/** This process and its children move into one of the groups. Undefined if the machine has none: it needs Linux and root. */
export async function createCpuShare(): Promise<CpuShare | undefined> {
  for (const { parent, limit, limitOf, settings } of hierarchies) {
    const [own, limited] = ["own", "limited"].map((name) => join(parent, `start-${name}-${process.pid}`)) as [
      string,
      string,
    ];
    const remove = async () => {
      await writeFile(join(parent, "cgroup.procs"), String(process.pid));
      for (const folder of [own, limited]) await rmdir(folder).catch(() => {});
    };
    const reset = () => writeFile(join(limited, limit), limitOf(periodUs));
    try {
      for (const folder of [own, limited]) {
        await mkdir(folder);
        for (const [file, value] of settings) await writeFile(join(folder, file), value);
      }
      await reset();
      await writeFile(join(own, "cgroup.procs"), String(process.pid));
    } catch {
      await remove().catch(() => {});
      continue;
    }
    const procs = join(limited, "cgroup.procs");
    return {
      limited: (command) => ["sh", "-c", 'echo $$ > "$0" && exec "$@"', procs, ...command],
      env: { CPU_SHARE_FILE: join(limited, limit), CPU_SHARE: limitOf(shareUs) },
      reset,
      [Symbol.asyncDispose]: remove,
    };
  }
  return undefined;
}

/** The two versions of control groups. */
const hierarchies = [
  {
    parent: "/sys/fs/cgroup/cpu",
    limit: "cpu.cfs_quota_us",
    limitOf: (us: number) => String(us),
    settings: [
      ["cpu.cfs_period_us", String(periodUs)],
      ["cpu.shares", "262144"],
    ],
  },
  {
    parent: "/sys/fs/cgroup",
    limit: "cpu.max",
    limitOf: (us: number) => `${us} ${periodUs}`,
    settings: [["cpu.weight", "10000"]],
  },
] as const;
