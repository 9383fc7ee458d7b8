import { widthUpTo, wrapWords } from "./wrap-words.ts";

const hangingIndent = "    ";
/** A line to copy: a shell takes it as it is, however a terminal shows it. */
const command = /^\s*(?:\$ |npx |aws |eval |export |unset )/;

/**
 * Breaks long lines between words; what follows is indented. A word that is longer than a line, as an ARN can be, and a
 * command line stay whole, so that they can be copied. Without a width, as in a pipe, nothing is broken.
 */
export function foldLines(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return text
    .split("\n")
    .map((line) => (command.test(line) || widthUpTo(width, line) <= width ? line : foldLine(line, width)))
    .join("\n");
}

function foldLine(line: string, width: number): string {
  const [, indent = "", rest = ""] = /^(\s*)(.*)$/s.exec(line) ?? [];
  const room = Math.max(20, width - indent.length - hangingIndent.length);
  return indent + wrapWords(rest, room).join(`\n${indent}${hangingIndent}`);
}
