import { InvalidTargetInputError, UndeliverableError } from "./errors.ts";
import type { EventBridgeEvent, TargetInput, TransformInput } from "./event.ts";
import { compileInputTemplate, type InputVariable, parseJson } from "./input-template.ts";
import { compileJsonPath, type JsonPathReader } from "./json-path.ts";

const maxInputLength = 8192;
const maxVariables = 100;
const maxPathLength = 256;

/**
 * Compiles a target's input settings. Throws an `InvalidTargetInputError` if EventBridge would reject them.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileTargetInput(input: TargetInput): TransformInput {
  switch (input.kind) {
    case "event":
      return (event) => JSON.stringify(event);
    case "constant":
      requireLength("Input", input.json, maxInputLength);
      parseJson("Input", input.json);
      return () => input.json;
    case "path":
      return compileInputPath(input.path);
    case "transformer":
      requireLength("InputTemplate", input.inputTemplate, maxInputLength);
      return compileInputTemplate(input.inputTemplate, compileVariables(input.inputPathsMap));
  }
}

function compileInputPath(path: string): TransformInput {
  const read = compilePath("InputPath", path);
  return (event) => {
    const part = JSON.stringify(read(event));
    // EventBridge's behavior is not documented here; a visible failure is the safer guess.
    if (part === undefined)
      throw new UndeliverableError("INVALID_JSON", `InputPath ${path} is not in the event`);
    return part;
  };
}

/**
 * The predefined variables. `aws.events.event` has no detail and calls the detail-type `detailType`, as recorded on
 * AWS (localstack/localstack, tests/aws/services/events/test_events_inputs.snapshot.json).
 */
const predefinedVariables: ReadonlyMap<string, InputVariable> = new Map<string, InputVariable>([
  ["aws.events.rule-arn", (_event, rule) => rule.ruleArn],
  ["aws.events.rule-name", (_event, rule) => rule.ruleName],
  ["aws.events.event.ingestion-time", (_event, rule) => new Date(rule.ingestedAt).toISOString()],
  ["aws.events.event.json", (event) => event],
  ["aws.events.event", withoutDetail],
]);

function withoutDetail(event: EventBridgeEvent): unknown {
  const { id, account, "detail-type": detailType, time, source, region, resources, version } = event;
  return { id, account, detailType, time, source, region, resources, version };
}

function compileVariables(paths: Readonly<Record<string, string>>): Map<string, InputVariable> {
  const entries = Object.entries(paths);
  if (entries.length > maxVariables) {
    throw new InvalidTargetInputError(
      "InputPathsMap",
      `has ${entries.length} variables, at most ${maxVariables} are allowed`,
    );
  }
  const variables = new Map(predefinedVariables);
  for (const [name, path] of entries) {
    if (!/^[\w-]{1,256}$/.test(name)) {
      throw new InvalidTargetInputError(
        `InputPathsMap.${name}`,
        "is not a name of 1 to 256 letters, digits, - and _ (those with dots are reserved)",
      );
    }
    variables.set(name, compilePath(`InputPathsMap.${name}`, path));
  }
  return variables;
}

function compilePath(where: string, path: string): JsonPathReader {
  requireLength(where, path, maxPathLength);
  try {
    return compileJsonPath(path);
  } catch (error) {
    throw new InvalidTargetInputError(where, (error as Error).message, { cause: error });
  }
}

function requireLength(where: string, text: string, most: number): void {
  if (text.length >= 1 && text.length <= most) return;
  throw new InvalidTargetInputError(where, `has ${text.length} characters, 1 to ${most} are allowed`);
}
