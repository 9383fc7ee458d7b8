import { max, median, min } from "simple-statistics";
import { figuresTable } from "../figures-table.ts";
import { stretchedMs } from "./cpu-share.ts";

/** What one fresh process measures. */
export interface Figures {
  readonly initializationMs: number;
  readonly firstTransferMs: number;
  readonly firstTransferCpuMs: number;
  readonly cpuMs: number;
  readonly memoryMb: number;
}

/** One round of a variant: without a limit, and with Lambda's share of a CPU if this machine can set it. */
export interface Round {
  readonly free: Figures;
  readonly limited?: Figures;
}

export interface Measured {
  readonly name: string;
  readonly bytesAtStart: number;
  readonly bytes: number;
  /** Of each run, its rounds. */
  readonly runs: readonly (readonly Round[])[];
}

interface Column {
  readonly name: string;
  readonly unit: string;
  readonly value: (round: Round) => number;
}

const sum = ({ initializationMs, firstTransferMs }: Figures) => initializationMs + firstTransferMs;

const columns: readonly Column[] = [
  { name: "initialization", unit: "ms", value: ({ free }) => free.initializationMs },
  { name: "first transfer", unit: "ms", value: ({ free }) => free.firstTransferMs },
  { name: "sum", unit: "ms", value: ({ free }) => sum(free) },
  {
    name: "sum at 256 MB",
    unit: "ms",
    value: ({ free, limited }) => (limited ? sum(limited) : sum(free) + stretchedMs(free.firstTransferCpuMs)),
  },
  { name: "CPU", unit: "ms", value: ({ free }) => free.cpuMs },
  { name: "memory", unit: "MB", value: ({ free }) => free.memoryMb },
];

/** The first variant is the baseline. */
export function report(measured: readonly Measured[]): string {
  const [baseline] = measured;
  if (!baseline) throw new Error("Nothing was measured.");
  const rows = measured.map((variant) => [
    variant.name,
    kilobytes(variant.bytesAtStart),
    kilobytes(variant.bytes),
    ...columns.map((column) => cell(column, variant, baseline)),
  ]);
  const head = ["", "loaded at start", "total", ...columns.map(({ name }) => name)];
  const { runs } = baseline;
  return `## Start

\`npm run bench:start\`: ${runs.length} runs of ${runs[0]?.length} fresh processes each, alternating, over local HTTPS. A ratio is the median of a run's
ratios to the first line in the same round; in parentheses are the range of the runs and the median of the time.
contact-transfer validates, keeps the pace, logs, counts and publishes an outcome; its rehearsal and connections count as
initialization. At 256 MB, Lambda gives an instance a whole CPU while it starts and 256/1769 of one afterwards:
${limits(baseline)}

${figuresTable([head, ...rows])}

`;
}

function limits({ runs }: Measured): string {
  return runs[0]?.[0]?.limited
    ? `separate processes were limited so by a control group. Other work of the machine came after all of them.`
    : `the CPU time of the first transfer is stretched accordingly.`;
}

function cell({ unit, value }: Column, { runs }: Measured, baseline: Measured): string {
  // Per round, so that a slow phase of the machine affects both.
  const ratios = runs.map((rounds, run) =>
    median(rounds.map((round, at) => value(round) / value(baseline.runs[run]?.[at] ?? round))),
  );
  const absolute = median(runs.flatMap((rounds) => rounds.map(value))).toFixed(0);
  const range = `${min(ratios).toFixed(2)}–${max(ratios).toFixed(2)}`;
  return `${median(ratios).toFixed(2)} (${runs.length > 1 ? `${range}; ` : ""}${absolute} ${unit})`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} KB`;
}
