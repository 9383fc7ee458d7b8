import { InvalidTargetInputError, UndeliverableError } from "./errors.ts";
import type { EventBridgeEvent, RuleContext, TransformInput } from "./event.ts";

/** Reads the value of a variable; undefined if the event has none. */
export type InputVariable = (event: EventBridgeEvent, rule: RuleContext) => unknown;

/** A piece of a template: literal text, or a variable, which is part of a string or a whole value. */
type Piece = { readonly text: string } | { readonly variable: string; readonly isInString: boolean };

/**
 * Compiles an input template: JSON, or lines that are each a JSON string. Variables are replaced as recorded on
 * AWS (localstack/localstack, tests/aws/services/events/test_events_inputs.snapshot.json):
 *
 * | the variable holds | as a whole value      | in a string of a JSON template | in a template of strings |
 * |--------------------|-----------------------|--------------------------------|--------------------------|
 * | a string           | JSON string           | unchanged, **not escaped**     | unchanged, **not escaped** |
 * | anything else      | JSON                  | JSON, **not escaped**          | JSON without its quotes  |
 * | nothing            | `""`                  | nothing                        | nothing                  |
 *
 * A string with a quote can therefore add members to the JSON around it, or break it; a result that is not JSON is not
 * delivered. JSON is minified; strings keep their quotes.
 */
export function compileInputTemplate(
  template: string,
  variables: ReadonlyMap<string, InputVariable>,
): TransformInput {
  const pieces = parseTemplate(template);
  for (const piece of pieces) {
    if ("variable" in piece && !variables.has(piece.variable)) {
      throw new InvalidTargetInputError("InputTemplate", `contains invalid placeholder ${piece.variable}`);
    }
  }
  const isOfStrings = template.trimStart().startsWith('"');
  if (isOfStrings) requireStrings(pieces);
  else requireJson(pieces);
  return (event, rule) => {
    const fill = (piece: Piece) => {
      if ("text" in piece) return piece.text;
      const value = variables.get(piece.variable)?.(event, rule);
      const json = value === undefined ? '""' : JSON.stringify(value);
      if (!piece.isInString) return json;
      if (typeof value === "string") return value;
      return value === undefined || isOfStrings ? json.replaceAll('"', "") : json;
    };
    const filled = pieces.map(fill).join("");
    return isOfStrings ? filled : minify(filled);
  };
}

function parseTemplate(template: string): Piece[] {
  const pieces: Piece[] = [];
  let isInString = false;
  for (const [token, variable] of template.matchAll(/<([^<>]*)>|\\.|"|[^<>\\"]+|[<>\\]/gs)) {
    if (token === '"') isInString = !isInString;
    pieces.push(variable === undefined ? { text: token } : { variable, isInString });
  }
  return pieces;
}

/** A private-use character that replaces a variable in a string while a template is checked. */
const mark = "\u{F8FF}";

function fillWithExamples(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ("text" in piece ? piece.text : piece.isInString ? mark : "0")).join("");
}

function requireJson(pieces: readonly Piece[]): void {
  const where = "InputTemplate";
  const refuseMarkedKeys = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (key.includes(mark)) throw new InvalidTargetInputError(where, "has a placeholder as an object key");
      refuseMarkedKeys(member);
    }
  };
  refuseMarkedKeys(parseJson(where, fillWithExamples(pieces)));
}

function requireStrings(pieces: readonly Piece[]): void {
  for (const [i, line] of fillWithExamples(pieces).split("\n").entries()) {
    const where = `InputTemplate, line ${i + 1}`;
    if (line.trim() !== "" && typeof parseJson(where, line) !== "string") {
      throw new InvalidTargetInputError(where, "is not a string in quotes");
    }
  }
}

function minify(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    // No cause: the parser's message repeats the text, which contains values of the event.
    throw new UndeliverableError(
      "INVALID_JSON",
      "The input transformer does not produce valid JSON from this event",
    );
  }
}

/** Parses a setting that must be JSON. */
export function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidTargetInputError(where, "is not valid JSON; strings need quotes", { cause: error });
  }
}
