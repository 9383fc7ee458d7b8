interface SparklineProps {
  /** The oldest first. */
  readonly counts: readonly number[];
  /** What one bar stands for: hour, day. */
  readonly unit: string;
}

const width = 4;
const height = 22;

/** Bars of counts over time, each at least visible, the tallest the whole height. */
export function Sparkline({ counts, unit }: SparklineProps) {
  const most = Math.max(1, ...counts);
  const sum = counts.reduce((total, count) => total + count, 0);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${counts.length * (width + 1)} ${height}`}
      width={counts.length * (width + 1)}
      height={height}
      role="img"
      aria-label={`${sum} in the last ${counts.length} ${unit}s, at most ${Math.max(0, ...counts)} per ${unit}`}
    >
      {counts.map((count, index) => {
        const tall = count === 0 ? 1 : Math.max(3, Math.round((count / most) * height));
        const ago = counts.length - 1 - index;
        return (
          <rect
            key={index}
            class={count === 0 ? "is-empty" : ""}
            x={index * (width + 1)}
            y={height - tall}
            width={width}
            height={tall}
          >
            <title>{`${count} ${ago === 0 ? `in this ${unit}` : `${ago} ${unit}${ago === 1 ? "" : "s"} ago`}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
