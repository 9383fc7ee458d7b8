import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** The programs to run, in this order, each with the test files that it runs. */
export type Processes = ReadonlyMap<string, readonly string[]>;

export interface PlanOptions {
  readonly root: string;
  /** Paths from the root. */
  readonly files: readonly string[];
  /** These have a process of their own, and run first. */
  readonly longest: readonly string[];
  /** A folder for programs that run several files. */
  readonly folder: string;
}

/** What belongs to the whole process: a test that may change it for the next one has a process of its own. */
const ofTheProcess =
  /\bprocess\.(?!platform|execPath|nextTick)|\bglobalThis\b|\bmock\b|node:(?:child_process|worker_threads|module)|\bglobalAgent\b|\bstackTraceLimit\b/;

const relativeImport = /\b(?:from|import)\b ?\(?"(\.[^"]+)"/g;

/** The files of a room share a process, which loads once what they import, unless one takes long or may change its process. */
export async function planProcesses({ root, files, longest, folder }: PlanOptions): Promise<Processes> {
  const others = files.filter((file) => !longest.includes(file));
  const sharing = others.filter((file) => mayShareProcess(root, file));
  const alone = others.filter((file) => !sharing.includes(file));
  type Process = readonly [program: string, files: readonly string[]];
  const ownProcess = (file: string): Process => [join(root, file), [file]];
  const shared = Object.entries(Object.groupBy(sharing, roomOf)).map(
    async ([room, inside = []]): Promise<Process> => {
      const [file = "", ...rest] = inside;
      if (rest.length === 0) return ownProcess(file);
      const program = join(folder, `${room}.mjs`);
      await writeFile(program, programOf(root, inside));
      return [program, inside];
    },
  );
  return new Map([
    ...longest.filter((file) => files.includes(file)).map(ownProcess),
    ...(await Promise.all(shared)),
    ...alone.map(ownProcess),
  ]);
}

function roomOf(file: string): string {
  return file.slice(0, file.indexOf("/"));
}

/** Decides by the text of the test and of what it imports from test/. Production code changes its process only in its entry points. */
function mayShareProcess(root: string, file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return true;
  seen.add(file);
  const text = readFileSync(join(root, file), "utf8");
  if (ofTheProcess.test(text)) return false;
  return [...text.matchAll(relativeImport)]
    .map(([, path = ""]) => join(dirname(file), path).replaceAll("\\", "/"))
    .filter((path) => path.startsWith("test/"))
    .every((path) => mayShareProcess(root, path, seen));
}

/**
 * Each file is a suite with the file's name: it fails if the file cannot be imported, and the hooks of a file are for this file alone.
 */
function programOf(root: string, files: readonly string[]): string {
  const suites = files.map((file) => {
    const url = pathToFileURL(join(root, file)).href;
    return `await describe(${JSON.stringify(file)}, () => import(${JSON.stringify(url)}));\n`;
  });
  return `import { describe } from "node:test";
const running = setInterval(() => {}, 2 ** 31 - 1); // node:test waits for tests that nothing else keeps alive, but only those of the first suite
${suites.join("")}clearInterval(running);
`;
}
