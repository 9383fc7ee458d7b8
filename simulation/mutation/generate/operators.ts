import type { CallExpression, NewExpression, Node } from "oxc-parser";
import { methodEdits } from "./method-operators.ts";
import type { Edit, Place } from "./syntax.ts";

/** The small mistakes that can be made at one place of the code. */
export function editsAt({ node, parent }: Place, source: string): Edit[] {
  const textOf = ({ start, end }: Node) => source.slice(start, end);
  const become = (operator: string, text: string, { start, end }: Node = node): Edit => ({
    operator,
    start,
    end,
    text,
  });
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
      return [become("always", "true", node.test), become("never", "false", node.test)];
    case "ForStatement":
    case "WhileStatement":
      return node.test ? [become("never", "false", node.test)] : [];
    case "LogicalExpression":
      return [become("left", textOf(node.left)), become("right", textOf(node.right))];
    case "BinaryExpression": {
      if (node.left.type === "PrivateIdentifier") return [];
      const other = otherOperators[node.operator];
      return other ? [become(other, `${textOf(node.left)} ${other} ${textOf(node.right)}`)] : [];
    }
    case "AssignmentExpression": {
      const other = otherAssignments[node.operator];
      return other ? [become(other, `${textOf(node.left)} ${other} ${textOf(node.right)}`)] : [];
    }
    case "UpdateExpression": {
      const text = textOf(node);
      return [become("count", node.operator === "++" ? text.replace("++", "--") : text.replace("--", "++"))];
    }
    case "UnaryExpression":
      return node.operator === "!" || node.operator === "-" ? [become("unary", textOf(node.argument))] : [];
    case "AwaitExpression":
      return [become("no await", textOf(node.argument))];
    case "Literal":
      return isName(node, parent) ? [] : literalEdits(node.value, textOf(node), become);
    case "TemplateLiteral":
      return [become("empty", '""')];
    case "ArrowFunctionExpression":
      if (node.body.type === "BlockStatement" || isUndefined(node.body)) return [];
      return [become("no result", "undefined", node.body)];
    case "ReturnStatement":
      if (!node.argument) return [become("go on", ";")];
      return isUndefined(node.argument) ? [] : [become("no result", "return;")];
    case "ExpressionStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return [become("removed", ";")];
    case "ObjectExpression":
      return removalsOf(node.properties, source);
    case "ArrayExpression":
      return removalsOf(
        node.elements.filter((element) => element !== null),
        source,
      );
    case "CallExpression":
    case "NewExpression":
      return [
        ...argumentEdits(node, textOf),
        ...(node.type === "CallExpression" ? methodEdits(node, textOf) : []),
      ];
    case "MemberExpression":
      return node.optional
        ? [
            become(
              "not optional",
              `${textOf(node.object)}${node.computed ? "" : "."}${afterChain(node, source)}`,
            ),
          ]
        : [];
    default:
      return [];
  }
}

const otherOperators: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "**": "*",
};

const otherAssignments: Readonly<Record<string, string>> = { "+=": "-=", "-=": "+=", "??=": "=" };

type Become = (operator: string, text: string) => Edit;

function literalEdits(value: unknown, text: string, become: Become): Edit[] {
  if (typeof value === "boolean") return [become("flip", String(!value))];
  if (typeof value === "string") return value === "" ? [become("text", '"?"')] : [become("empty", '""')];
  if (typeof value === "number") {
    // The exact limit of a small number counts; of a large one, its size.
    if (value <= 10) return [become("more", String(value + 1))];
    return [become("double", String(value * 2)), become("half", String(Math.floor(value / 2)))];
  }
  if (!text.startsWith("/")) return [];
  const end = text.lastIndexOf("/");
  const [pattern, flags] = [text.slice(1, end), text.slice(end + 1)];
  return [
    ...(pattern.startsWith("^") ? [become("no start", `/${pattern.slice(1)}/${flags}`)] : []),
    ...(pattern.endsWith("$") ? [become("no end", `/${pattern.slice(0, -1)}/${flags}`)] : []),
    ...[...flags].map((flag) => become(`no ${flag}`, `/${pattern}/${flags.replace(flag, "")}`)),
  ];
}

/** Whether a literal is the name of a member, or a directive. */
function isName(node: Node, parent: Node): boolean {
  return parent.type === "Property" && parent.key === node && !parent.computed;
}

function isUndefined(node: Node): boolean {
  return node.type === "Identifier" && node.name === "undefined";
}

/** Each member or element left out, with its comma. */
function removalsOf(members: readonly Node[], source: string): Edit[] {
  return members.map(({ start, end }) => {
    const comma = /^\s*,/.exec(source.slice(end))?.[0] ?? "";
    return { operator: "left out", start, end: end + comma.length, text: "" };
  });
}

function argumentEdits(
  { callee, arguments: given }: CallExpression | NewExpression,
  textOf: (node: Node) => string,
): Edit[] {
  const [first, second] = given;
  const last = given.at(-1);
  const beforeLast = given.at(-2);
  if (!first || !second || !last || !beforeLast) return [];
  const span = { start: first.start, end: second.end };
  const isOrdered = !/^Math\.(min|max)$/.test(textOf(callee));
  const isSwappable = isOrdered && first.type !== "SpreadElement" && second.type !== "SpreadElement";
  return [
    ...(isSwappable ? [{ operator: "swap", ...span, text: `${textOf(second)}, ${textOf(first)}` }] : []),
    { operator: "last argument", start: beforeLast.end, end: last.end, text: "" },
  ];
}

function afterChain({ object, end }: { object: Node; end: number }, source: string): string {
  return source.slice(object.end, end).replace(/^\s*\?\./, "");
}
