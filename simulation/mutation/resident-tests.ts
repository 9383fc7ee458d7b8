/**
 * A process that runs the same test files for one mutant after the other, which is several times faster than a process for
 * each. Its parent sends what to load (`Setup`), then sources of the mutated file; each is answered by a `Verdict`.
 */
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { firstFailure } from "./collected-tests.ts";

export interface Setup {
  readonly root: string;
  /** Paths within the root, as all here. */
  readonly tests: readonly string[];
  readonly mutated: string;
  /** Files that are loaded anew for each mutant: those between the tests and the mutated file. */
  readonly renewed: readonly string[];
}

/** The name of the first test that fails. */
export interface Verdict {
  readonly failed?: string;
}

const collectedTests = new URL("./collected-tests.ts", import.meta.url).href;
const stripped = new Map<string, string>();
let round = 0;
let mutantSource = "";
let setup: Setup | undefined;

process.on("message", async (message: Setup | { readonly source: string }) => {
  if ("tests" in message) {
    setup = message;
    hookInto(message);
    return;
  }
  round += 1;
  mutantSource = message.source;
  const { root = "", tests = [] } = setup ?? {};
  const verdict: Verdict = {
    failed: await Promise.race([rejection(), firstFailureOf(tests.map((test) => urlOf(root, test)))]),
  };
  process.send?.(verdict);
});

/** File by file: most mutants fail in the nearest one, and nothing else needs to be loaded for them. */
async function firstFailureOf(urls: readonly string[]): Promise<string | undefined> {
  for (const url of urls) {
    const failed = await firstFailure(() => import(renewedUrl(url)));
    if (failed !== undefined) return failed;
  }
  return undefined;
}

function rejection(): Promise<string> {
  return new Promise((resolve) => {
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", () => resolve("a promise that nobody awaits rejects"));
  });
}

function renewedUrl(url: string): string {
  return `${url}?round=${round}`;
}

function urlOf(root: string, path: string): string {
  return pathToFileURL(join(root, path)).href;
}

function hookInto({ root, tests, mutated, renewed }: Setup) {
  const urls = new Set([...tests, ...renewed].map((path) => urlOf(root, path)));
  const mutatedUrl = urlOf(root, mutated);
  registerHooks({
    resolve(specifier, context, next) {
      const isOfProject = context.parentURL?.endsWith(`?round=${round}`) === true;
      if (specifier === "node:test" && isOfProject) return { url: collectedTests, shortCircuit: true };
      const resolved = next(specifier, context);
      return urls.has(resolved.url) ? { ...resolved, url: renewedUrl(resolved.url) } : resolved;
    },
    load(url, context, next) {
      const plain = url.replace(/\?round=\d+$/, "");
      if (!urls.has(plain)) return next(url, context);
      const source = plain === mutatedUrl ? strip(mutantSource) : strippedSource(plain);
      return { format: "module", source, shortCircuit: true };
    },
  });
}

function strippedSource(url: string): string {
  const source = stripped.get(url) ?? strip(readFileSync(new URL(url), "utf8"));
  stripped.set(url, source);
  return source;
}

function strip(source: string): string {
  return stripTypeScriptTypes(source, { mode: "strip" });
}
