import type { Target } from "@aws-sdk/client-eventbridge";
import { compileJsonPath, type JsonPathReader } from "./json-path.ts";

/** What decides what a target gets, as CloudFormation and the API spell it. At most one of the three may be there. */
export type TargetInput = Pick<Target, "Input" | "InputPath" | "InputTransformer">;

/** An event as rules and targets see it. */
export interface EventBridgeEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The rule that matched, and when its event came in: the values of the predefined variables. */
export interface RuleContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestedAt: Date;
}

/** Writes what the target receives. */
export type TransformInput = (event: EventBridgeEvent, rule: RuleContext) => string;

/** Input settings that EventBridge would refuse when a rule gets its target. The message says what and where. */
export class InvalidTargetInputError extends Error {
  override readonly name = "InvalidTargetInputError";
}

/** An event from which the transformer makes no valid JSON: EventBridge does not deliver it and does not retry. */
export class UndeliverableInputError extends Error {
  override readonly name = "UndeliverableInputError";
}

const MAX_INPUT_LENGTH = 8192;
const MAX_VARIABLES = 100;
const MAX_PATH_LENGTH = 256;

/** The text that a target receives for an event. @see compileTargetInput */
export function transformTargetInput(
  target: TargetInput,
  event: EventBridgeEvent,
  rule: RuleContext,
): string {
  return compileTargetInput(target)(event, rule);
}

/**
 * Compiles a target's input settings: the event itself, `Input` (a constant), `InputPath` (a part of the event), or
 * `InputTransformer`. Settings that EventBridge would refuse throw InvalidTargetInputError.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileTargetInput({ Input, InputPath, InputTransformer }: TargetInput): TransformInput {
  if ([Input, InputPath, InputTransformer].filter((setting) => setting !== undefined).length > 1) {
    throw new InvalidTargetInputError("Only one of Input, InputPath, or InputTransformer must be provided");
  }
  if (Input !== undefined) {
    requireLength("Input", Input, MAX_INPUT_LENGTH);
    parseJson(Input, "Input");
    return () => Input;
  }
  if (InputPath !== undefined) {
    const read = compilePath("InputPath", InputPath);
    return (event) => {
      const part = JSON.stringify(read(event));
      // What EventBridge does here is not documented; losing the event in a place one can see is the safer guess.
      if (part === undefined) throw new UndeliverableInputError(`InputPath ${InputPath} is not in the event`);
      return part;
    };
  }
  if (InputTransformer) {
    return compileTemplate(
      InputTransformer.InputTemplate ?? "",
      compileVariables(InputTransformer.InputPathsMap),
    );
  }
  return (event) => JSON.stringify(event);
}

type Variables = ReadonlyMap<string, TransformInputValue>;
type TransformInputValue = (event: EventBridgeEvent, rule: RuleContext) => unknown;

/**
 * The predefined variables. `aws.events.event` has no detail and calls the detail-type `detailType`: so it was recorded
 * on AWS (localstack/localstack, tests/aws/services/events/test_events_inputs.snapshot.json).
 */
const PREDEFINED: Variables = new Map<string, TransformInputValue>([
  ["aws.events.rule-arn", (_event, rule) => rule.ruleArn],
  ["aws.events.rule-name", (_event, rule) => rule.ruleName],
  ["aws.events.event.ingestion-time", (_event, rule) => rule.ingestedAt.toISOString()],
  ["aws.events.event.json", (event) => event],
  [
    "aws.events.event",
    ({ id, account, "detail-type": detailType, time, source, region, resources, version }) => ({
      id,
      account,
      detailType,
      time,
      source,
      region,
      resources,
      version,
    }),
  ],
]);

function compileVariables(paths: Record<string, string> = {}): Variables {
  const entries = Object.entries(paths);
  if (entries.length > MAX_VARIABLES) {
    throw new InvalidTargetInputError(
      `InputPathsMap has ${entries.length} variables, at most ${MAX_VARIABLES} are allowed`,
    );
  }
  const variables = new Map(PREDEFINED);
  for (const [name, path] of entries) {
    if (!/^[\w-]{1,256}$/.test(name)) {
      throw new InvalidTargetInputError(
        `InputPathsMap.${name} is not a name of 1 to 256 letters, digits, - and _; names with aws. are reserved`,
      );
    }
    variables.set(name, compilePath(`InputPathsMap.${name}`, path));
  }
  return variables;
}

function compilePath(where: string, path: string): JsonPathReader {
  requireLength(where, path, MAX_PATH_LENGTH);
  try {
    return compileJsonPath(path);
  } catch (error) {
    throw new InvalidTargetInputError(`${where}: ${(error as Error).message}`, { cause: error });
  }
}

/** A stretch of a template: text as it stands, or a variable, inside of a JSON string or as a value of its own. */
type Piece = { readonly text: string } | { readonly variable: string; readonly quoted: boolean };

/**
 * A template is JSON, or lines that each are a JSON string. What EventBridge does with a variable was recorded on AWS
 * (same source as above) and is the same here:
 *
 * | variable        | as a value  | in a string of JSON   | in a line that is a string |
 * |-----------------|-------------|-----------------------|----------------------------|
 * | a text          | JSON string | as is, **not escaped**| as is, **not escaped**     |
 * | anything else   | JSON        | JSON, not escaped     | JSON without its `"`       |
 * | not in the event| `""`        | nothing               | nothing                    |
 *
 * Not escaping means that a text with `"` in a string of JSON can add members, or break the JSON: what is no JSON in
 * the end is not delivered. Map fields of an event as whole values only.
 */
function compileTemplate(template: string, variables: Variables): TransformInput {
  requireLength("InputTemplate", template, MAX_INPUT_LENGTH);
  const pieces = parseTemplate(template);
  for (const piece of pieces) {
    if ("variable" in piece && !variables.has(piece.variable)) {
      throw new InvalidTargetInputError(`InputTemplate contains invalid placeholder ${piece.variable}`);
    }
  }
  const isText = template.trimStart().startsWith('"');
  if (isText) requireJsonLines(pieces);
  else requireJsonTemplate(pieces);
  return (event, rule) => {
    const output = pieces
      .map((piece) => {
        if ("text" in piece) return piece.text;
        const value = variables.get(piece.variable)?.(event, rule);
        if (!piece.quoted) return JSON.stringify(value ?? (value === null ? null : ""));
        if (value === undefined || typeof value === "string") return value ?? "";
        return isText ? JSON.stringify(value).replaceAll('"', "") : JSON.stringify(value);
      })
      .join("");
    return isText ? output : minify(output);
  };
}

function parseTemplate(template: string): Piece[] {
  const pieces: Piece[] = [];
  let quoted = false;
  for (const [token, variable] of template.matchAll(/<([^<>]*)>|\\.|"|[^<>\\"]+|[<>\\]/gs)) {
    if (token === '"') quoted = !quoted;
    pieces.push(variable === undefined ? { text: token } : { variable, quoted });
  }
  return pieces;
}

/** A character that stands for a variable while a template is checked; private use, so that no template has it. */
const MARK = "\u{F8FF}";

function requireJsonTemplate(pieces: readonly Piece[]): void {
  const example = pieces.map((piece) => ("text" in piece ? piece.text : piece.quoted ? MARK : "0")).join("");
  const where = "InputTemplate (a JSON value, or JSON strings each on its line)";
  parseJson(example, where, (key) => {
    if (key.includes(MARK))
      throw new InvalidTargetInputError("InputTemplate uses a placeholder as an object key");
  });
}

function requireJsonLines(pieces: readonly Piece[]): void {
  const example = pieces.map((piece) => ("text" in piece ? piece.text : piece.quoted ? MARK : "0")).join("");
  for (const [i, line] of example.split("\n").entries()) {
    if (line.trim() === "") continue;
    if (typeof parseJson(line, `InputTemplate, line ${i + 1}`) !== "string") {
      throw new InvalidTargetInputError(`InputTemplate, line ${i + 1}: is not a string in quotes`);
    }
  }
}

function minify(output: string): string {
  try {
    return JSON.stringify(JSON.parse(output));
  } catch {
    // No cause: the parser's message repeats the text, which holds values of the event.
    throw new UndeliverableInputError(
      "InputTransformer makes no valid JSON of this event: a value inside of a string broke it",
    );
  }
}

function parseJson(text: string, where: string, checkKey: (key: string) => void = () => {}): unknown {
  try {
    return JSON.parse(text, (key, value) => {
      checkKey(key);
      return value;
    });
  } catch (error) {
    if (error instanceof InvalidTargetInputError) throw error;
    throw new InvalidTargetInputError(`${where}: is not valid JSON; strings need quotes`, { cause: error });
  }
}

function requireLength(where: string, text: string, most: number): void {
  if (text.length >= 1 && text.length <= most) return;
  throw new InvalidTargetInputError(`${where}: has ${text.length} characters, 1 to ${most} are allowed`);
}
