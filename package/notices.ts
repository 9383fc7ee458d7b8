/** The licence notices of everything that is bundled into the package. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Metafile } from "esbuild";

const project = fileURLToPath(new URL("..", import.meta.url));

/** Licences that allow this use without a condition beyond their notice. */
const allowed = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
];

interface Library {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** The notices as text: each library by name, and each distinct licence text once. */
export async function noticesOf(metafiles: readonly Metafile[]): Promise<string> {
  const folders = new Set(metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(bundledFolders));
  const libraries = await Promise.all([...folders].map(readLibrary));
  const byText = Map.groupBy(libraries.toSorted(byName), ({ text }) => text);
  const sections = [...byText].map(([text, group]) => {
    const names = [...new Set(group.map(({ name, version, license }) => `${name} ${version} (${license})`))];
    return `${names.join("\n")}\n\n${text}`;
  });
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  return `The package contact-transfer contains code of the following libraries.${rule}${sections.join(rule)}\n`;
}

/** The folders of the libraries whose code is in an output. */
function bundledFolders({ inputs }: Metafile["outputs"][string]): string[] {
  return Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
}

async function readLibrary(folder: string): Promise<Library> {
  const path = join(project, folder);
  const { name, version, license }: Library = JSON.parse(await readFile(join(path, "package.json"), "utf8"));
  if (!allowed.includes(license))
    throw new Error(`${name} ${version} is under ${license}: may the package contain it?`);
  const files = (await readdir(path)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(path, file), "utf8")));
  const text = texts.map((each) => each.replaceAll("\r\n", "\n").trim()).join("\n\n");
  return {
    name,
    version,
    license,
    text: text || `Its package has no licence text; its package.json says ${license}.`,
  };
}

function byName(a: Library, b: Library): number {
  return a.name < b.name ? -1 : 1;
}
