import { UsageError } from "../../cli/errors.ts";
import { parseLossless } from "../../events/lossless-json.ts";
import { type MemberPath, parseMemberPath, withMember } from "../letters/member-path.ts";

/** One change to the envelope; undefined removes the member. */
export interface Edit {
  readonly path: MemberPath;
  readonly to: unknown;
}

/** Parses `detail.queueId=TEXT`, or `detail.metadata.tries:=JSON`. @throws UsageError */
export function parseSet(text: string): Edit {
  const [, path = "", operator, value = ""] = /^([^=]*?)(:?=)(.*)$/s.exec(text) ?? [];
  if (operator === undefined || path === "") {
    throw new UsageError("It must be PATH=VALUE, as detail.queueId=VALUE, or PATH:=JSON.");
  }
  return { path: parseMemberPath(path), to: operator === "=" ? value : parseValue(value) };
}

/** Parses the path of `--unset`. @throws UsageError */
export function parseUnset(text: string): Edit {
  return { path: parseMemberPath(text), to: undefined };
}

/** The body with the edits; undefined if it is not JSON. Members that are not edited keep their value exactly. */
export function editBody(body: string, edits: readonly Edit[]): string | undefined {
  let envelope: unknown;
  try {
    envelope = parseLossless(body);
  } catch {
    return undefined;
  }
  const edited = edits.reduce((value, { path, to }) => withMember(value, path, to), envelope);
  return JSON.stringify(edited).replace(/[\ufffe\uffff]/g, escaped);
}

function parseValue(value: string): unknown {
  try {
    return parseLossless(value);
  } catch (error) {
    throw new UsageError("What follows := is not JSON; for plain text write = alone.", {
      cause: error,
    });
  }
}

/** SQS refuses these two characters, which JSON.stringify does not escape. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}
