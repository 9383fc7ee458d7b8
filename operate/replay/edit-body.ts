import { closest } from "fastest-levenshtein";
import { UsageError } from "../../cli/errors.ts";
import { isObject, jsonText } from "../../cli/json.ts";
import { schema } from "../../events/generated/validate-requested.js";
import { parseLossless } from "../../events/lossless-json.ts";
import {
  type MemberPath,
  memberAt,
  memberPathText,
  parseMemberPath,
  withMember,
} from "../letters/member-path.ts";

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
  return { path: parseEnvelopePath(path), to: operator === "=" ? value : parseValue(value) };
}

/** Parses the path of `--unset`. @throws UsageError */
export function parseUnset(text: string): Edit {
  return { path: parseMemberPath(text), to: undefined };
}

/** Members of an envelope that somebody may want to set: those of the contract, and those that EventBridge adds. */
const envelopeMembers = [
  "id",
  "detail-type",
  "source",
  "time",
  "detail",
  "account",
  "region",
  "resources",
  "version",
];

/** The function ignores other members of the envelope: an edit there would repair nothing. */
function parseEnvelopePath(text: string): MemberPath {
  const path = parseMemberPath(text);
  if (envelopeMembers.includes(path[0])) return path;
  const meant = closest(`${path[0]}`, [...envelopeMembers, ...detailMembers]);
  const rest = path.slice(1);
  const suggestion = detailMembers.includes(meant) ? ["detail", meant, ...rest] : [meant, ...rest];
  throw new UsageError(`An envelope has no member ${path[0]}; did you mean ${memberPathText(suggestion)}?`);
}

const detailMembers = Object.keys(schema.$defs?.intent?.properties ?? {});

/** What an edit has changed, as JSON texts; a member that is missing before or after has none. */
export interface Change {
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * The body with the edits made in their order, and what they change; or why one of them cannot be made. Members that are
 * not edited keep their value exactly.
 */
export function editBody(
  body: string,
  edits: readonly Edit[],
): { readonly body: string; readonly changes: readonly Change[] } | { readonly why: string } {
  let envelope: unknown;
  try {
    envelope = parseLossless(body);
  } catch {
    return { why: "the body is not JSON" };
  }
  const changes: Change[] = [];
  for (const { path, to } of edits) {
    const why = whyImpossible(envelope, path);
    if (why !== undefined) {
      if (to === undefined) continue; // what is not there need not be removed
      return { why };
    }
    const before = textOf(memberAt(envelope, path));
    const after = textOf(to);
    if (before === after) continue;
    envelope = withMember(envelope, path, to);
    changes.push({ path: memberPathText(path), from: before, to: after });
  }
  if (changes.length === 0) return { body, changes };
  const edited = jsonText(envelope);
  if (edited === undefined) return { why: "it is nested too deep to be written again" };
  return { body: edited.replace(/[\ufffe\uffff]/g, escaped), changes };
}

/** An edit creates missing objects on its way, and nothing else: no list becomes longer, no text becomes an object. */
function whyImpossible(envelope: unknown, path: MemberPath): string | undefined {
  for (let depth = 0; depth < path.length; depth++) {
    const holder = depth === 0 ? envelope : memberAt(envelope, path.slice(0, depth));
    const [name = ""] = path.slice(depth);
    const at = memberPathText(path.slice(0, depth)) || "the body";
    if (holder === undefined) return undefined;
    if (Array.isArray(holder)) {
      if (!Object.hasOwn(holder, name) || name === "length") {
        return `${at} is a list of ${holder.length}: it has no ${name}`;
      }
    } else if (!isObject(holder)) return `${at} is not an object: it has no member ${name}`;
  }
  return undefined;
}

/** A member that is nested too deep to be written can still be removed or replaced. */
function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : (jsonText(value) ?? "…");
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
