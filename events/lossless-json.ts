/** Node has these since version 21; TypeScript's library does not declare them yet. */
const { parse, rawJSON, isRawJSON } = JSON as Omit<typeof JSON, "parse"> & {
  parse(
    text: string,
    reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
};

/**
 * Matches each JSON text with a number that is not a short integer, which JSON.stringify may write otherwise, and some without.
 * To call back for every member takes many times as long as parsing. The seconds of an instant (`"…T10:00:00.123Z"`) are no
 * member's value: its colon comes after a quotation mark.
 */
const mayHoldExactNumber = /(?:^|"\s*:|[[,])\s*(?:-0|-?\d+[.eE]|-?\d{16})/;

/**
 * Parses JSON so that `JSON.stringify` writes every number digit by digit as it was (`9007199254740993`, `1.10`, `-0`).
 * Throws SyntaxError as `JSON.parse` does.
 */
export function parseLossless(text: string): unknown {
  if (!mayHoldExactNumber.test(text)) return JSON.parse(text);
  return parse(text, (_name, value, { source = "" }) =>
    typeof value === "number" && JSON.stringify(value) !== source ? rawJSON(source) : value,
  );
}

/**
 * `JSON.stringify` for values of a program: a bigint is written with its digits. Undefined for what JSON cannot write, such as a
 * function. Throws TypeError for NaN and Infinity.
 */
export function stringifyLossless(value: unknown): string | undefined {
  return JSON.stringify(value, (name, member) => {
    if (typeof member === "bigint") return rawJSON(String(member));
    if (typeof member === "number" && !Number.isFinite(member)) {
      throw new TypeError(`the member ${JSON.stringify(name)} is ${member}, which JSON cannot hold`);
    }
    return member;
  });
}

/** Whether `parseLossless` has kept a number in it that a program would see otherwise. */
export function holdsExactNumber(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isRawJSON(value) || Object.values(value).some(holdsExactNumber);
}

/** A number as JSON writes it; undefined for any other value. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === "number") return JSON.stringify(value);
  return isRawJSON(value) ? value.rawJSON : undefined;
}

const maxInteger = 2n ** 63n - 1n;

/**
 * Whether PutEvents takes a number: integers of 64 bits, and other numbers within a double's range.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
 */
export function isPublishableNumber(text: string): boolean {
  if (!/^-?\d+$/.test(text)) return Number.isFinite(Number(text));
  const integer = BigInt(text);
  return integer <= maxInteger && integer >= -maxInteger - 1n;
}
