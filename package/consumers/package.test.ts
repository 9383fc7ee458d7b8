import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { build } from "esbuild";
import packageJson from "../../package.json" with { type: "json" };
import { startLocalAws } from "../../test/function/local-aws.ts";
import { sendLetters, startTestQueues } from "../../test/operator/dead-letter-queues.ts";
import { toolEnvironment } from "../../test/operator/tool-environment.ts";
import {
  linkModule,
  makeApp,
  nodes,
  ofConsumers,
  ofProject,
  type Packed,
  packClone,
  project,
  run,
} from "./packed.ts";

let packed: Packed;
before(async () => {
  packed = await packClone();
});
after(() => packed[Symbol.asyncDispose]());

const cdk = {
  newest: { "aws-cdk-lib": ofProject("aws-cdk-lib"), constructs: ofProject("constructs") },
  lowest: { "aws-cdk-lib": ofConsumers("aws-cdk-lib-lowest"), constructs: ofConsumers("constructs") },
};
const typescripts: readonly (readonly [name: string, tsc: string])[] = [
  ["TypeScript 5.9", ofConsumers("typescript-5.9/bin/tsc")],
  ["TypeScript 7", ofProject("typescript/bin/tsc")],
];

describe("npm pack in a clone", () => {
  let files: string[];
  before(async () => {
    const { printed } = await run("tar", ["tzf", packed.tarball], packed.folder);
    files = printed.trim().split("\n");
  });

  it("packs what users need and nothing else", () => {
    const expected =
      /^package\/(?:CHANGELOG\.md|LICENSE|README\.md|package\.json|events\/(?:package\.json|schemas\/.+\.json|samples\/.+\.json)|dist\/(?:THIRD-PARTY-NOTICES\.txt|(?:cjs|esm)\/.+\.(?:js|json|d\.ts)|cli\/[^/]+\.mjs|console\/page\.json|function\/.+\.mjs(?:\.map)?))$/;
    assert.deepEqual(
      files.filter((file) => !expected.test(file) || /\.test\.|discarded|audit/.test(file)),
      [],
    );
  });

  it("packs at most 3 MB", async () => {
    const { size } = await stat(packed.tarball);
    assert.ok(size <= 3_000_000, `${size} bytes`);
  });

  it("gives the package a package.json without dependencies, and leaves the clone's as it is", async () => {
    const { printed } = await run("tar", ["xzOf", packed.tarball, "package/package.json"], packed.folder);
    const { dependencies, devDependencies, version } = JSON.parse(printed);
    assert.deepEqual(
      { dependencies, devDependencies },
      { dependencies: undefined, devDependencies: undefined },
    );
    assert.equal(version, packageJson.version);
    const left = await readdir(packed.clone);
    assert.ok(!left.includes("package.repository.json"));
    assert.equal(
      await readFile(join(packed.clone, "package.json"), "utf8"),
      await readFile(join(project, "package.json"), "utf8"),
    );
  });

  it("is what a dependency on the git repository gets, and npm ci leaves the clone as it is", async () => {
    const name = async () =>
      JSON.parse(await readFile(join(packed.clone, "package.json"), "utf8")).exports["."];
    await run(process.execPath, ["package/prepare.mjs"], packed.clone);
    assert.equal(await name(), "./package/construct.ts");
    const ended = await run(process.execPath, ["package/prepare.mjs"], packed.clone, {
      _PACOTE_NO_PREPARE_: "x",
    });
    assert.equal(ended.code, 0, ended.noted);
    assert.match(JSON.stringify(await name()), /dist\/esm\/construct\.js/);
  });

  it("names every library that is in the package, with its licence", async () => {
    const { printed } = await run(
      "tar",
      ["xzOf", packed.tarball, "package/dist/THIRD-PARTY-NOTICES.txt"],
      packed.folder,
    );
    for (const name of [
      "@aws-sdk/client-connect",
      "@middy/core",
      "commander",
      "fauxqs",
      "fastest-levenshtein",
    ])
      assert.match(printed, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    assert.match(printed, /Permission is hereby granted, free of charge/);
  });
});

describe("linters of packages find nothing:", () => {
  it("publint", async () => {
    const app = await makeApp(packed, "publint", undefined, {});
    const folder = join(app, "node_modules", "contact-transfer");
    const ended = await run(process.execPath, [ofConsumers("publint/src/cli.js"), "--strict", folder], app);
    assert.equal(ended.code, 0, ended.printed + ended.noted);
    assert.match(ended.printed, /All good/);
  });

  it("@arethetypeswrong/cli", async () => {
    const attw = ofConsumers("@arethetypeswrong/cli/dist/index.js");
    const ended = await run(process.execPath, [attw, "--no-color", packed.tarball], packed.folder);
    assert.equal(ended.code, 0, ended.printed + ended.noted);
    assert.match(ended.printed, /No problems found/);
  });
});

describe("the program from the package alone", () => {
  let app: string;
  let noted: string;
  before(async () => {
    app = join(packed.folder, "alone");
    await run("mkdir", [app], packed.folder);
    await writeFile(join(app, "package.json"), "{}");
    const args = ["install", "--offline", "--no-audit", "--no-fund", packed.tarball];
    ({ printed: noted } = await run("npm", args, app));
  });
  const program = (node: string, ...args: string[]) =>
    run(node, ["node_modules/.bin/contact-transfer", ...args], app);

  it("is one package to install", () => {
    assert.match(noted, /^\n?added 1 package in/);
  });

  for (const [form, ...args] of [
    ["CommonJS", "-e", 'console.log(typeof require("contact-transfer/events").mergeOutcomes)'],
    [
      "ES modules",
      "--input-type=module",
      "-e",
      'import { mergeOutcomes } from "contact-transfer/events"; console.log(typeof mergeOutcomes)',
    ],
  ] as const)
    it(`gives a consumer its helpers without EventBridge's client, as ${form}`, async () => {
      const { printed, noted } = await run(process.execPath, args, app);
      assert.equal(printed, "function\n", noted);
    });

  it("can be bundled for a consumer without EventBridge's client", async () => {
    const contents = 'export { mergeOutcomes } from "contact-transfer/events";';
    const stdin = { contents, resolveDir: app };
    const { errors } = await build({ stdin, bundle: true, platform: "node", format: "esm", write: false });
    assert.deepEqual(errors, []);
  });

  for (const [name, node] of nodes) {
    it(`prints its version and its help on ${name}`, async () => {
      assert.deepEqual(await program(node, "--version"), {
        code: 0,
        printed: `${packageJson.version}\n`,
        noted: "",
      });
      const { code, printed } = await program(node, "--help");
      assert.equal(code, 0);
      assert.match(printed, /dlq +inspect the dead-letter queue/);
      for (const command of ["start", "preflight", "smoke", "trace", "console"])
        assert.equal((await program(node, command, "--help")).code, 0, command);
    });

    it(`lists dead letters on ${name}`, async (context) => {
      const queues = await startTestQueues(context);
      await sendLetters(queues, 3);
      const ended = await run(
        node,
        ["node_modules/.bin/contact-transfer", "dlq", "list", "--json"],
        app,
        toolEnvironment(queues),
      );
      assert.equal(ended.code, 0, ended.noted);
      assert.match(ended.printed, /"messageId"/);
    });
  }

  it("asks for aws-cdk-lib in one sentence where it needs it", async () => {
    assert.deepEqual(await program(process.execPath, "start"), {
      code: 1,
      printed: "",
      noted:
        "This command synthesizes the stack or checks its settings, and for that it needs aws-cdk-lib beside contact-transfer: run `npm install --save-dev aws-cdk-lib constructs`.\n",
    });
  });
});

describe("npx contact-transfer start", () => {
  for (const [name, node] of nodes) {
    it(`runs the stack on ${name}, without esbuild and the sources`, async () => {
      const app = await makeApp(packed, `start on ${name}`, undefined, cdk.newest);
      const event = { source: "com.example.orders", "detail-type": "Contact Transfer Requested" };
      const detail = { contactId: "task-1", contactFlowId: "flow-to-queue", queueId: "queue-cancellations" };
      await writeFile(join(app, "mine.json"), JSON.stringify({ id: "1", ...event, detail }));
      const program = "node_modules/contact-transfer/dist/cli/contact-transfer.mjs";
      const ended = await run(node, [program, "start", "mine.json"], app);
      assert.equal(ended.code, 0, ended.printed + ended.noted);
      assert.match(ended.printed, /✔ mine\.json: succeeded/);
    });
  }
});

describe("a producer with nothing but @aws-sdk/client-eventbridge", () => {
  for (const [version, client] of [
    ["newest", ofProject("@aws-sdk/client-eventbridge")],
    ["lowest", ofConsumers("client-eventbridge-lowest")],
  ] as const) {
    for (const [name, node] of nodes) {
      for (const file of ["request.mjs", "request.cjs"]) {
        it(`requests a transfer: ${file}, ${name}, the ${version} client`, async () => {
          const modules = { "@aws-sdk/client-eventbridge": client };
          const app = await makeApp(packed, `producer ${file} ${name} ${version}`, "producer", modules);
          await using aws = await startLocalAws();
          // As in jest, which cannot load an ES module with require.
          const options = file.endsWith(".cjs") ? ["--no-experimental-require-module"] : [];
          const ended = await run(node, [...options, file], app, aws.env);
          assert.equal(ended.code, 0, ended.noted);
          const { eventId, clientToken, schema } = JSON.parse(ended.printed);
          assert.match(eventId, /^[0-9a-f-]{36}$/);
          assert.match(clientToken, /^ct1-[\w-]{43}$/);
          assert.equal(schema, "urn:contact-transfer:schema:requested:v1");
          assert.equal(aws.outcomes[0]?.detail.intentId, "order-4711");
        });
      }
    }
  }

  for (const [name, tsc] of typescripts) {
    for (const [module, moduleResolution, type] of [
      ["nodenext", "nodenext", "module"],
      ["nodenext", "nodenext", "commonjs"],
      ["node16", "node16", "commonjs"],
      ["esnext", "bundler", "module"],
    ] as const) {
      it(`compiles with ${name}, ${moduleResolution}, ${type}`, async () => {
        const modules = {
          "@aws-sdk/client-eventbridge": ofProject("@aws-sdk/client-eventbridge"),
          "@types/node": ofProject("@types/node"),
        };
        const app = await makeApp(packed, `tsc ${name} ${moduleResolution} ${type}`, "producer", modules);
        await writeFile(join(app, "package.json"), JSON.stringify({ type }));
        const args = [
          "--noEmit",
          "--strict",
          "--target",
          "es2022",
          "--types",
          "node",
          "--skipLibCheck",
          "true",
        ];
        const resolution = ["--module", module, "--moduleResolution", moduleResolution];
        const ended = await run(process.execPath, [tsc, ...args, ...resolution, "producer.ts"], app);
        assert.equal(ended.code, 0, ended.printed);
      });
    }
  }
});

describe("an app in JavaScript", () => {
  const hashes = new Set<string>();
  for (const [version, modules] of Object.entries(cdk)) {
    for (const [name, node] of nodes) {
      it(`synthesizes on ${name} with the ${version} aws-cdk-lib`, async () => {
        const app = await makeApp(packed, `app ${name} ${version}`, "esm", modules);
        const { template, noted } = await synthesize(node, app);
        assert.match(template, /"\$\.detail\.taskContactId"/);
        assert.doesNotMatch(noted, /deprecated/i);
        hashes.add(/"S3Key": *"(\w+)\.zip"/.exec(template)?.[1] ?? "none");
      });
    }
  }

  it("has the same asset everywhere", () => {
    assert.equal(hashes.size, 1, [...hashes].join(", "));
    assert.ok(!hashes.has("none"));
  });

  it("synthesizes the same routes if the package has an aws-cdk-lib of its own", async () => {
    const app = await makeApp(packed, "two copies", "esm", {
      ...cdk.newest,
      "@aws-cdk": ofProject("@aws-cdk"),
    });
    const nested = join("contact-transfer", "node_modules");
    await linkModule(app, join(nested, "aws-cdk-lib"), cdk.lowest["aws-cdk-lib"]);
    await linkModule(app, join(nested, "@aws-cdk"), ofConsumers("@aws-cdk"));
    // Otherwise each copy would find the constructs of the folder that its link leads to.
    const { template } = await synthesize(process.execPath, app, ["--preserve-symlinks"]);
    const { Resources } = JSON.parse(template);
    const inputs = Object.values<{ Type: string; Properties: { Targets: { InputTransformer?: object }[] } }>(
      Resources,
    )
      .filter(({ Type }) => Type === "AWS::Events::Rule")
      .flatMap(({ Properties }) =>
        Properties.Targets.flatMap(({ InputTransformer }) => InputTransformer ?? []),
      );
    assert.match(JSON.stringify(inputs), /"\$\.detail\.taskContactId"/);
    assert.doesNotMatch(JSON.stringify(inputs), /InputTemplate[^}]*\$\.detail/);
  });
});

async function synthesize(
  node: string,
  app: string,
  options: readonly string[] = [],
): Promise<{ template: string; noted: string }> {
  const ended = await run(node, [...options, "app.mjs", "cdk.out"], app);
  assert.equal(ended.code, 0, ended.noted);
  return {
    template: await readFile(join(app, "cdk.out", "Support.template.json"), "utf8"),
    noted: ended.noted,
  };
}

it("npx contact-transfer start runs the construct of an app's own assembly, and names the rest", async () => {
  const app = await makeApp(packed, "own assembly", "esm", cdk.newest);
  await synthesize(process.execPath, app);
  // Nothing of CDK is needed any more.
  await Promise.all(Object.keys(cdk.newest).map((name) => rm(join(app, "node_modules", name))));
  const event = {
    source: "com.example.sla",
    "detail-type": "Task Overdue",
    detail: { taskContactId: "task-1" },
  };
  await writeFile(join(app, "overdue.json"), JSON.stringify({ id: "1", ...event }));
  const program = "node_modules/contact-transfer/dist/cli/contact-transfer.mjs";
  const ended = await run(process.execPath, [program, "start", "--assembly", "cdk.out", "overdue.json"], app);
  assert.equal(ended.code, 0, ended.printed + ended.noted);
  assert.match(ended.printed, /✔ overdue\.json: succeeded/);
  assert.match(
    ended.noted,
    /^Runs Support\/Transfers of the stack Support\. Left out, .*: NotOfTheConstruct\w+ \(AWS::SNS::Topic\)\.$/m,
  );
});

describe("an app of cdk init, in TypeScript", () => {
  let app: string;
  before(async () => {
    app = join(packed.folder, "app");
    const { code, noted } = await run("mkdir", [app], packed.folder).then(() =>
      run(
        process.execPath,
        [ofProject("aws-cdk/bin/cdk"), "init", "app", "--language", "typescript", "--generate-only"],
        app,
      ),
    );
    assert.equal(code, 0, noted);
    for (const [folder, own] of [
      ["lib", "app-stack.ts"],
      ["test", "app.test.ts"],
    ] as const) {
      assert.deepEqual(await readdir(join(app, folder)), [own]);
      await rm(join(app, folder, own));
    }
    await makeApp(packed, "app", "cdk-init", {
      ...cdk.newest,
      ...Object.fromEntries(
        ["@swc/core", "@swc/jest", "@types/jest", "jest"].map((name) => [name, ofConsumers(name)]),
      ),
      "@types/node": ofProject("@types/node"),
    });
  });

  for (const [name, tsc] of typescripts) {
    it(`compiles with ${name}`, async () => {
      const ended = await run(process.execPath, [tsc], app);
      assert.equal(ended.code, 0, ended.printed);
    });
  }

  for (const [name, node] of nodes) {
    it(`passes its jest test on ${name}`, async () => {
      const ended = await run(node, ["node_modules/jest/bin/jest.js", "--no-cache"], app);
      assert.equal(ended.code, 0, ended.noted);
      assert.match(ended.noted, /Tests: +1 passed/);
    });
  }
});
