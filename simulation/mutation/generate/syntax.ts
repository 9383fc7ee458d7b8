import { type Node, parseSync, visitorKeys } from "oxc-parser";

/** A node with the one that contains it; types and imports are left out. */
export interface Place {
  readonly node: Node;
  readonly parent: Node;
}

/** A text of a file and what takes its place. */
export interface Edit {
  /** What the edit does, as its mutant's id says it. */
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** All nodes of a file that exist when it runs, outer ones first. */
export function placesOf(file: string, source: string): Place[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  return [...walk(program, program)];
}

function* walk(node: Node, parent: Node): Generator<Place> {
  if (!existsAtRunTime(node)) return;
  yield { node, parent };
  for (const child of childrenOf(node)) yield* walk(child, node);
}

function childrenOf(node: Node): Node[] {
  const members: Readonly<Record<string, unknown>> = { ...node };
  return (visitorKeys[node.type] ?? []).flatMap((key) => [members[key]].flat()).filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

function existsAtRunTime({ type }: Node): boolean {
  const isExpression = type === "TSAsExpression" || type === "TSSatisfiesExpression";
  return isExpression || !/^(TS|Import(?!Expression)|ExportAll)/.test(type);
}
