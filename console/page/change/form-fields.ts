import schema from "../../../events/schemas/contact-transfer-requested.schema.json" with { type: "json" };
import type { Edit } from "../../protocol/plans.ts";
import type { JsonLine } from "../parts/json-lines.ts";
import { pointerToken } from "../parts/json-lines.ts";

/** A member of the contract that a person can fill in. */
export interface FormField {
  /** A JSON pointer. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  /** What its value must be. */
  readonly form: string;
  readonly pattern?: RegExp;
  readonly isRequired: boolean;
  readonly kind: "text" | "json";
}

interface Property {
  readonly $ref?: string;
  readonly $comment?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly type?: string;
  readonly const?: string;
}

const definitions: Readonly<Record<string, Property>> = schema.$defs;

/** The members of an intent and of its envelope, as the contract lists them. */
export const formFields: readonly FormField[] = [
  ...fieldsOf("/detail", schema.$defs.intent.properties, schema.$defs.intent.required),
  ...fieldsOf("", withoutDetail(schema.properties), schema.required),
];

function withoutDetail({
  detail: _,
  ...others
}: typeof schema.properties): Readonly<Record<string, Property>> {
  return others;
}

function fieldsOf(
  holder: string,
  properties: Readonly<Record<string, Property>>,
  required: readonly string[],
): FormField[] {
  return Object.entries(properties).map(([name, property]) => {
    const definition = definitions[property.$ref?.replace("#/$defs/", "") ?? ""];
    const pattern = property.pattern ?? definition?.pattern;
    const fixed = property.const === undefined ? undefined : `"${property.const}", or left out`;
    return {
      path: `${holder}/${name}`,
      name,
      description: property.description ?? "",
      form: property.$comment ?? definition?.$comment ?? fixed ?? "a text",
      ...(pattern !== undefined && { pattern: new RegExp(pattern) }),
      isRequired: required.includes(name),
      kind: property.type === "object" ? "json" : "text",
    };
  });
}

/** Members of the body's `detail` that the contract does not know: an intent with one of them is refused. */
export function unknownMembers(
  lines: readonly JsonLine[],
): readonly { readonly path: string; readonly name: string }[] {
  const known = new Set(formFields.map(({ path }) => path));
  return lines.flatMap(({ pointer, name, value }) =>
    name !== undefined &&
    value.kind !== "close" &&
    pointer === `/detail/${pointerToken(name)}` &&
    !known.has(pointer)
      ? [{ path: pointer, name }]
      : [],
  );
}

/** The value at a pointer as the form shows it: a text without quotes, anything else as JSON. */
export function valueAt(lines: readonly JsonLine[], path: string): string | undefined {
  const first = lines.findIndex(({ pointer }) => pointer === path);
  const line = lines[first];
  if (!line) return undefined;
  if (line.value.kind !== "open") return line.value.text;
  const end = lines.findIndex(
    ({ pointer, value }, at) => at > first && pointer === path && value.kind === "close",
  );
  return lines
    .slice(first, end + 1)
    .map(({ depth, name, value, comma }, at) => {
      const label = at > 0 && name !== undefined ? `${JSON.stringify(name)}: ` : "";
      const text = value.kind === "string" ? JSON.stringify(value.text) : value.text;
      const isLast = at === end - first;
      return `${"  ".repeat(depth - line.depth)}${label}${text}${comma && !isLast ? "," : ""}`;
    })
    .join("\n");
}

/** Whether the value at a pointer is a text: `123` is shown like `"123"`, and is not the same. */
export function isTextAt(lines: readonly JsonLine[], path: string): boolean {
  return lines.find(({ pointer }) => pointer === path)?.value.kind === "string";
}

/** The edit that a typed value stands for; undefined if it changes nothing, or is not finished. */
export function editOf(
  { path, kind }: Pick<FormField, "path" | "kind">,
  typed: string,
  original: string | undefined,
): Edit | undefined {
  if (typed === (original ?? "")) return undefined;
  if (typed === "") return { path };
  if (kind === "text") return { path, json: JSON.stringify(typed) };
  return isJson(typed) ? { path, json: typed.replace(/\s*\n\s*/g, " ").trim() } : undefined;
}

/** What is wrong with a typed value, before the server says so. */
export function problemOf(field: FormField, typed: string): string | undefined {
  if (typed === "") return field.isRequired ? `${field.name} is required` : undefined;
  if (field.kind === "json") return isJson(typed) ? undefined : "This is not JSON yet";
  if (field.pattern && !field.pattern.test(typed)) return `It must be ${field.form}`;
  return undefined;
}

/** The member that a violation proposes in place of a misspelt one. */
export function proposedMember(message: string): string | undefined {
  return /did you mean (\w+)\?/.exec(message)?.[1];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
