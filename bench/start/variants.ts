import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFunction } from "../../lambda/build/build.ts";
import { buildPlainBundle } from "../../test/function/plain-bundle.ts";

export interface Variant {
  readonly name: string;
  build(outDir: string): Promise<unknown>;
}

const source = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const plain = (file: string, external?: string[]) => (outDir: string) =>
  buildPlainBundle(source(file), outDir, external);

export const contactTransfer: Variant = { name: "**contact-transfer**", build: buildFunction };

/** The first is the baseline. */
export const variants: readonly Variant[] = [
  { name: "bare SDK handler", build: plain("./bare.ts") },
  { name: "bare with EventBridge", build: plain("./bare-with-events.ts") },
  { name: "bare, middy's validator compiled at run time", build: plain("./middy-validator.ts") },
  { name: "bare, Powertools logger, metrics, tracer", build: plain("./powertools.ts") },
  { name: "bare, SDK not bundled", build: plain("./bare.ts", ["@aws-sdk/*"]) },
  { name: "contact-transfer in a plain bundle", build: plain("../../lambda/handler.ts") },
  contactTransfer,
];

/** The size of all JavaScript in the folder. */
export async function scriptBytes(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".mjs"));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
