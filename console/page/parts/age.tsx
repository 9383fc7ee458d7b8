import { clock } from "../state/load.ts";
import { formatDuration, formatInstant, shortAge } from "./time.ts";

/** How long ago something was, with the instant in the title. */
export function Age({ at, long = false }: { readonly at: number; readonly long?: boolean }) {
  const ms = clock.value - at;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatInstant(at)} class="nowrap">
      {long ? `${formatDuration(ms)} ago` : shortAge(ms)}
    </time>
  );
}

/** How long it is until something happens. */
export function Until({ at }: { readonly at: number }) {
  const ms = at - clock.value;
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={formatInstant(at)}
      class={`nowrap ${ms < 86_400_000 ? "warn" : ""}`}
    >
      {ms > 0 ? formatDuration(ms) : "now"}
    </time>
  );
}

/** When a figure was read: each figure on the page stands beside one of these. */
export function ReadAt({ at, of }: { readonly at: number; readonly of: string }) {
  const ms = clock.value - at;
  return (
    <span class={`read-at ${ms > 120_000 ? "is-old" : ""}`} title={formatInstant(at)}>
      {of}, {ms < 5000 ? "just now" : `${shortAge(ms)} ago`}
    </span>
  );
}
