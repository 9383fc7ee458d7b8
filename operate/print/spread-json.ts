const indent = "  ";
/** What is deeper stays on one line: the indents of a short text of brackets alone would be hundreds of kilobytes. */
const maxDepth = 16;

/** A JSON text with a line for each member and element; numbers and strings are as they were written. */
export function spreadJson(json: string): string[] {
  const lines = [""];
  let depth = 0;
  const append = (text: string) => {
    lines[lines.length - 1] += text;
  };
  const startLine = (at = depth) => {
    if (depth <= maxDepth) lines.push(indent.repeat(at));
  };
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  for (const [index, token] of tokens.entries()) {
    const isEmpty = /^[{[]$/.test(tokens[index - 1] ?? "");
    if (/^[}\]]$/.test(token) && !isEmpty) {
      startLine(depth - 1);
      depth--;
    }
    append(token === ":" ? ": " : token);
    if (/^[{[]$/.test(token) && !/^[}\]]$/.test(tokens[index + 1] ?? "")) {
      depth++;
      startLine();
    } else if (token === ",") startLine();
  }
  return lines;
}
