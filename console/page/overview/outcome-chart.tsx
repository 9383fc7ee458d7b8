import type { Now } from "../../protocol/now.ts";
import { formatCount } from "../parts/time.ts";

const height = 104;

/** Outcomes over time as bars: what succeeded below, what failed on top. */
export function OutcomeChart({ outcomes }: { readonly outcomes: NonNullable<Now["outcomes"]> }) {
  const { startsAt, bucketMs, succeeded, failed } = outcomes;
  const totals = succeeded.map((count, index) => count + (failed[index] ?? 0));
  const most = Math.max(1, ...totals);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const hours = (totals.length * bucketMs) / 3_600_000;
  const marks = Array.from({ length: Math.floor(hours) + 1 }, (_, hour) => startsAt + hour * 3_600_000);
  const scale = (count: number) => (count / most) * height;
  return (
    <figure class="chart">
      <figcaption>
        <span class="key key-good">{formatCount(sum(succeeded))} succeeded</span>
        <span class="key key-bad">{formatCount(sum(failed))} failed</span>
        <span class="muted">
          in {hours} h, at most {formatCount(Math.max(0, ...totals))} in {bucketMs / 60_000} minutes
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${totals.length * 10} ${height}`}
        preserveAspectRatio="none"
        height={height}
        width="100%"
        role="img"
        aria-label={`${sum(succeeded)} succeeded and ${sum(failed)} failed in the last ${hours} hours`}
      >
        {totals.map((total, index) => {
          const bad = total > 0 && (failed[index] ?? 0) > 0 ? Math.max(2, scale(failed[index] ?? 0)) : 0;
          const good = scale(succeeded[index] ?? 0);
          const at = new Date(startsAt + index * bucketMs).toISOString().slice(11, 16);
          return (
            <g key={index}>
              <title>{`${at} UTC: ${succeeded[index] ?? 0} succeeded, ${failed[index] ?? 0} failed`}</title>
              <rect class="chart-ground" x={index * 10} y={0} width={10} height={height} />
              <rect class="chart-good" x={index * 10 + 1} y={height - good} width={8} height={good} />
              <rect
                class="chart-bad"
                x={index * 10 + 1}
                y={Math.max(0, height - good - bad)}
                width={8}
                height={bad}
              />
            </g>
          );
        })}
      </svg>
      <div class="chart-axis" aria-hidden="true">
        {marks.map((at) => (
          <span key={at}>{new Date(at).toISOString().slice(11, 16)}</span>
        ))}
      </div>
    </figure>
  );
}
