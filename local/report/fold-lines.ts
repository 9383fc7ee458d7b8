import wrapAnsi from "wrap-ansi";

const hangingIndent = "    ";

/** Breaks long lines between words; what follows is indented. Without a width, as in a pipe, nothing is broken. */
export function foldLines(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return text
    .split("\n")
    .map((line) => foldLine(line, width))
    .join("\n");
}

function foldLine(line: string, width: number): string {
  const [, indent = "", rest = ""] = /^(\s*)(.*)$/s.exec(line) ?? [];
  const room = Math.max(20, width - indent.length - hangingIndent.length);
  return indent + wrapAnsi(rest, room, { hard: true }).split("\n").join(`\n${indent}${hangingIndent}`);
}
