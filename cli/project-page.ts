import packageJson from "../package.json" with { type: "json" };

const homepage = packageJson.homepage.replace(/#.*/, "");

/** The address of a file of this version: the package has neither pages nor sources. */
export function projectPage(path: string): string {
  return `${homepage}/blob/v${packageJson.version}/${path}`;
}
