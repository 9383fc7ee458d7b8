const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration in its two largest units: `3d 4h`, `12m`, `5s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / unit.s));
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count}${name}`)
    .join(" ");
}

/** How long ago, in one unit, for a column: `now`, `45s`, `12m`, `3h`, `9d`. */
export function shortAge(ms: number): string {
  if (ms < 1000) return "now";
  if (ms < unit.m) return `${Math.floor(ms / unit.s)}s`;
  if (ms < unit.h) return `${Math.floor(ms / unit.m)}m`;
  if (ms < 2 * unit.d) return `${Math.floor(ms / unit.h)}h`;
  return `${Math.floor(ms / unit.d)}d`;
}

/** An instant in UTC, as every command prints it. */
export function formatInstant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A count with separators of thousands, the same in every browser. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 dead letter`, `2,300 dead letters`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
