const pattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|[+-](\d{2}):(\d{2}))$/;

/**
 * Reads an RFC 3339 date-time as milliseconds since 1970; undefined if it is not one (a day that does not exist, no
 * offset, …). Digits after milliseconds are dropped. Leap seconds (`:60`) are not supported.
 */
export function parseInstant(text: string): number | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const exists =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysOf(year, month) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    Number(match[8] ?? 0) <= 23 &&
    Number(match[9] ?? 0) <= 59;
  if (!exists) return undefined;
  const instant = Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(instant) ? undefined : instant;
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
