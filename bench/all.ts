/**
 * `npm run bench`: runs the benchmarks one after the other and writes bench/RESULTS.md; the pace benchmark writes its
 * many tables to bench/RESULTS-pace.md. With `--only`, nothing is written: a part would take the place of the whole.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { endWithUsage, readOwnArgs } from "../cli/read-args.ts";

const benchmarks = ["start", "steady", "cost", "pace", "replay", "dlq", "local"];
/** Options of the benchmarks that take longest, for a run of half an hour; what they print says how much they did. */
const briefOptions: Readonly<Record<string, readonly string[]>> = {
  start: ["--processes", "5"],
  dlq: ["--letters", "10000"],
  local: ["--intents", "5000", "--rounds", "1"],
};
const { chosen, isWhole, isBrief } = readChosen();

const sections = [await preface()];
process.stdout.write(sections.join(""));
for (const name of chosen) {
  const results = await run(name);
  sections.push(name === "pace" ? paceSection(results) : results);
}
if (isWhole) await writeFile(new URL("RESULTS.md", import.meta.url), `${sections.join("\n").trimEnd()}\n`);

/** Reads the options before anything is run or written. */
function readChosen() {
  const usage = `npm run bench [-- --brief] [--only NAME,NAME]
    --brief    half an hour: fewer processes, dead letters and intents
    --only     of ${benchmarks.join(", ")}; writes no results`;
  const options = readOwnArgs(
    { only: { type: "string" }, brief: { type: "boolean", default: false } },
    usage,
  );
  const names = options.only?.split(",");
  const unknown = names?.find((name) => !benchmarks.includes(name));
  if (unknown !== undefined) endWithUsage(`There is no benchmark ${JSON.stringify(unknown)}.`, usage);
  return { chosen: names ?? benchmarks, isWhole: names === undefined, isBrief: options.brief };
}

async function preface(): Promise<string> {
  const lock = JSON.parse(await readFile(new URL("../package-lock.json", import.meta.url), "utf8"));
  const version = (name: string) => `${name} ${lock.packages[`node_modules/${name}`]?.version}`;
  const packages = ["@aws-sdk/client-connect", "esbuild", "@aws-lambda-powertools/logger", "@middy/core"];
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `# Benchmarks

\`npm run bench\` writes this file. ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}, ${memory}, ${platform()} ${release()} ${arch()}, Node ${process.version},
${packages.map(version).join(", ")}. Absolute times are of this machine, which other work shared;
ratios compare runs side by side.
`;
}

/** Runs a benchmark and passes its output on. */
async function run(name: string): Promise<string> {
  const script = fileURLToPath(new URL(`./${name}/${name}.ts`, import.meta.url));
  const written = name === "pace" && isWhole ? ["--write"] : [];
  const brief = isBrief ? (briefOptions[name] ?? []) : [];
  const child = spawn(process.execPath, [script, ...written, ...brief], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    text += chunk;
    process.stdout.write(chunk);
  }
  await ended;
  if (child.exitCode !== 0)
    throw new Error(`bench:${name} failed with ${child.exitCode ?? child.signalCode}.`);
  return text;
}

/** Of the pace benchmark only the summary. */
function paceSection(results: string): string {
  const [, summary = ""] = results.split("## All goals\n\n");
  return `\n## Pace\n\n\`npm run bench:pace\`: [RESULTS-pace.md](RESULTS-pace.md). ${summary.trim()}\n`;
}
