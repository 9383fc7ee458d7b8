import type { CallExpression, Node } from "oxc-parser";
import type { Edit } from "./syntax.ts";

const otherMethods: ReadonlyMap<string, string> = new Map([
  ["min", "max"],
  ["max", "min"],
  ["some", "every"],
  ["every", "some"],
  ["ceil", "floor"],
  ["floor", "ceil"],
  ["round", "ceil"],
  ["startsWith", "endsWith"],
  ["endsWith", "startsWith"],
  ["shift", "pop"],
  ["all", "race"],
  ["allSettled", "all"],
]);

/** Methods that change nothing of a value's kind: the call can be left out. */
const passing = new Set([
  "filter",
  "sort",
  "toSorted",
  "slice",
  "catch",
  "trim",
  "padStart",
  "replace",
  "unref",
  "ref",
]);

/** Another method, or none. */
export function methodEdits({ callee, start, end }: CallExpression, textOf: (node: Node) => string): Edit[] {
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return [];
  const { property, object } = callee;
  const other = otherMethods.get(property.name);
  return [
    ...(other ? [{ operator: other, start: property.start, end: property.end, text: other }] : []),
    ...(passing.has(property.name)
      ? [{ operator: `no ${property.name}`, start, end, text: textOf(object) }]
      : []),
  ];
}
