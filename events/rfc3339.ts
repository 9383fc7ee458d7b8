/** Year, month and day; each part is in its range, except that a month may have fewer days. */
const pattern =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Reads an RFC 3339 date-time as milliseconds since 1970; undefined if it is not one (a day that does not exist, no
 * offset, …). Digits after milliseconds are dropped. Leap seconds (`:60`) are not supported.
 */
export function parseInstant(text: string): number | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const day = Number(match[3]);
  if (day > 28 && day > daysOf(Number(match[1]), Number(match[2]))) return undefined;
  const instant = Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(instant) ? undefined : instant;
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
