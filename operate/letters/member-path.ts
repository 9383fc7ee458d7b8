import { UsageError } from "../../cli/errors.ts";
import { isObject, type JsonObject } from "../../cli/json.ts";

/** The path of a member of an envelope: `detail.queueId`, or as a JSON pointer `/detail/metadata/a.b`. */
export type MemberPath = readonly [string, ...string[]];

/** Parses a path. @throws UsageError if it names no member, or one that could reach an object's prototype */
export function parseMemberPath(text: string): MemberPath {
  const names = text.startsWith("/")
    ? text
        .slice(1)
        .split("/")
        .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))
    : text.split(".");
  const [first, ...others] = names;
  if (!first || names.some((name) => name === "")) {
    throw new UsageError(`"${text}" does not name a member; write detail.queueId or /detail/queueId.`);
  }
  if (names.some((name) => ["__proto__", "constructor", "prototype"].includes(name))) {
    throw new UsageError(`"${text}" names a member that no intent may have.`);
  }
  return [first, ...others];
}

/** A path as text that `parseMemberPath` reads: with dots, or as a JSON pointer if a name has any. */
export function memberPathText(path: readonly string[]): string {
  if (!path.some((name) => /[./]/.test(name))) return path.join(".");
  return path.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The member's value; undefined if there is none. Inherited members do not count. */
export function memberAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => {
    const holder = Array.isArray(at) || isObject(at) ? (at as JsonObject) : {};
    return Object.hasOwn(holder, name) ? holder[name] : undefined;
  }, value);
}

/** A copy of `value` with the member set to `to`, or removed if that is undefined. Missing parents are created. */
export function withMember(value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (name === undefined) return to;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      if (String(index) !== name) return [item];
      const changed = withMember(item, rest, to);
      return changed === undefined ? [] : [changed];
    });
  }
  const holder: JsonObject = isObject(value) ? value : {};
  const { [name]: member, ...others } = holder;
  if (to === undefined && member === undefined) return value;
  const changed = withMember(member, rest, to);
  if (changed === undefined) return others;
  // This keeps the order of the members.
  return { ...holder, [name]: changed };
}
