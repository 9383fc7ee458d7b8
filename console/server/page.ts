import { extname } from "node:path";
import type { MiddlewareHandler } from "hono";

/** A file of the built page. */
export interface PageFile {
  /** On the server; the document is at `/`. */
  readonly path: string;
  readonly contentType: string;
  readonly text: string;
}

/** Serves these files and no others: no request names a file of the disk. A path without an extension is a view of the page. */
export function servePage(page: readonly PageFile[]): MiddlewareHandler {
  const files = new Map(page.map((file) => [file.path, file]));
  return async (context) => {
    const { path, method } = context.req;
    if (method !== "GET") return context.text("Only the API takes anything but GET.\n", 405);
    const file = files.get(extname(path) === "" ? "/" : path);
    if (!file) return context.text("There is no such file.\n", 404);
    return context.body(file.text, 200, { "content-type": file.contentType });
  };
}
