import packageJson from "../package.json" with { type: "json" };

/** The lowest versions that the package is tried with; `package.test.ts` does. */
const peerDependencies = {
  "@aws-sdk/client-eventbridge": "^3.600.0",
  "aws-cdk-lib": "^2.257.0",
  constructs: "^10.5.0",
};

function exportOf(name: string) {
  return {
    import: { types: `./dist/esm/types/package/${name}.d.ts`, default: `./dist/esm/${name}.js` },
    require: { types: `./dist/cjs/types/package/${name}.d.ts`, default: `./dist/cjs/${name}.js` },
  };
}

/**
 * The published package.json. The repository's has dependencies, which say what runs in the function and what in the tools; everything that
 * the package needs of them is bundled. It has no hard dependencies: an operator needs none of its peers, a producer only the client.
 */
export function publishedManifest() {
  const { name, version, description, license, keywords, homepage, bugs, repository, files, scripts } =
    packageJson;
  return {
    name,
    version,
    description,
    license,
    keywords,
    homepage,
    bugs,
    repository,
    type: "module",
    files,
    // npm reads it from here, after it has packed, to restore the repository's package.json.
    scripts: { postpack: scripts.postpack },
    exports: {
      ".": exportOf("construct"),
      "./events": exportOf("events"),
      "./schemas/*": "./events/schemas/*",
      "./package.json": "./package.json",
    },
    // For tools that do not read `exports`; they find `contact-transfer/events` by events/package.json.
    main: "./dist/cjs/construct.js",
    types: "./dist/cjs/types/package/construct.d.ts",
    bin: { "contact-transfer": "dist/cli/contact-transfer.mjs" },
    sideEffects: false,
    engines: { node: ">=22" },
    peerDependencies,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(peerDependencies).map((peer) => [peer, { optional: true }]),
    ),
  };
}

/** The events/package.json of the package. */
export const eventsManifest = {
  main: "../dist/cjs/events.js",
  types: "../dist/cjs/types/package/events.d.ts",
};
