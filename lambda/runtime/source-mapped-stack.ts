import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";

/** A position in a file of the bundle, as V8 writes it in a stack. */
const place = /(file:\/\/\S+?\.mjs):(\d+):(\d+)/g;

/**
 * An error's stack with files and lines of the source, without its message, which can echo a body. Only this function reads
 * the source maps beside the bundle, so they cost nothing until there is a bug. Without a map the position stays.
 */
export function sourceMappedStack(error: Error): string {
  const maps = new Map<string, SourceMap | undefined>();
  return framesOf(error).replace(place, (found: string, file: string, line: string, column: string) => {
    if (!maps.has(file)) maps.set(file, readMap(file));
    const origin = maps.get(file)?.findOrigin(Number(line), Number(column));
    if (!origin || !("fileName" in origin)) return found;
    return `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

/** The lines after the message, which can itself contain lines that look like frames. */
function framesOf({ stack = "", message }: Error): string {
  const lines = stack.slice(stack.indexOf(message) + message.length).split("\n");
  return lines.filter((line) => /^\s+at /.test(line)).join("\n");
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(new URL(`${file}.map`), "utf8")) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
