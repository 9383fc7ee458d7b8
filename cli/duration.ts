import prettyMilliseconds from "pretty-ms";
import { UsageError } from "./errors.ts";

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `90s`, `30m`, `6h`, `2d`, or several together (`1d12h`); undefined if the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhd]))+$/.test(text)) return undefined;
  return Array.from(text.matchAll(/(\d+)(ms|[smhd])/g), ([, amount, unit = ""]) => {
    return Number(amount) * (unitMs[unit] ?? 0);
  }).reduce((sum, ms) => sum + ms, 0);
}

/** Milliseconds of a duration on the command line. @throws UsageError */
export function readDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new UsageError("It must be a duration such as 90s, 30m, 6h, 2d or 1d12h.");
}

/** A duration for a person, in its two largest units: `3d 4h`, `12m`, `5s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds === 0 ? "0s" : prettyMilliseconds(seconds * 1000, { unitCount: 2 });
}
