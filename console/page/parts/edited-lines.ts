import type { Edit } from "../../protocol/plans.ts";
import { type JsonLine, jsonLines } from "./json-lines.ts";

/** A line before and after edits. */
export interface EditedLine extends JsonLine {
  readonly mark?: "added" | "removed";
}

/** The lines of a body with the edits made: what is removed stays, marked, beside what is added. */
export function editedLines(lines: readonly JsonLine[], edits: readonly Edit[]): EditedLine[] {
  const edited = edits.reduce<readonly EditedLine[]>(applyEdit, lines);
  return edited.map((line, index) => {
    if (line.mark === "removed" || line.value.kind === "open") return line;
    const next = edited.slice(index + 1).find(({ mark }) => mark !== "removed");
    return { ...line, comma: next !== undefined && next.value.kind !== "close" };
  });
}

function applyEdit(lines: readonly EditedLine[], { path, json }: Edit): readonly EditedLine[] {
  const isWithin = ({ pointer, mark }: EditedLine) =>
    mark !== "removed" && (pointer === path || pointer.startsWith(`${path}/`));
  const first = lines.findIndex(isWithin);
  const added = json === undefined ? [] : linesAt(path, json);
  if (first < 0) return added.length === 0 ? lines : insert(lines, path, json ?? "", added);
  const old = lines.filter(isWithin);
  if (sameText(old, added)) return lines;
  const kept = lines.flatMap((line): EditedLine[] => {
    if (!isWithin(line)) return [line];
    return line.mark === "added" ? [] : [{ ...line, mark: "removed" }];
  });
  const at = first + old.filter(({ mark }) => mark !== "added").length;
  return kept.toSpliced(at, 0, ...added);
}

/** Adds a member at the end of its holder, with the holders that are missing. */
function insert(
  lines: readonly EditedLine[],
  path: string,
  json: string,
  added: readonly EditedLine[],
): readonly EditedLine[] {
  const parent = path.slice(0, path.lastIndexOf("/"));
  const isOfParent = (line: EditedLine) => line.pointer === parent && line.mark !== "removed";
  const end = lines.findIndex((line) => isOfParent(line) && line.value.kind === "close");
  if (end >= 0) return lines.toSpliced(end, 0, ...added);
  const empty = lines.findIndex((line) => isOfParent(line) && line.value.kind === "empty");
  const name = JSON.stringify(nameOf(path));
  if (empty >= 0 || (path !== "" && parent !== "" && !lines.some(isOfParent)))
    return applyEdit(lines, { path: parent, json: `{${name}:${json}}` });
  return lines;
}

function linesAt(path: string, json: string): EditedLine[] {
  const depth = path.split("/").length - 1;
  return (jsonLines(json) ?? []).map((line) => ({
    ...line,
    depth: line.depth + depth,
    pointer: path + line.pointer,
    ...(line.pointer === "" && line.value.kind !== "close" && { name: nameOf(path) }),
    mark: "added",
  }));
}

function sameText(some: readonly EditedLine[], others: readonly EditedLine[]): boolean {
  const textOf = (lines: readonly EditedLine[]) =>
    JSON.stringify(lines.map(({ name, value }) => [name, value]));
  return textOf(some) === textOf(others);
}

function nameOf(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}
