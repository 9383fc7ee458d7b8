import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildPlainBundle } from "../../test/function/plain-bundle.ts";
import type { createAwsCalls } from "../runtime/aws-calls.ts";
import { buildFunction } from "./build.ts";
import { replaceSource } from "./leave-out.ts";

const awsCallsFile = fileURLToPath(new URL("../runtime/aws-calls.ts", import.meta.url));
const queues = { intentQueueUrl: "https://sqs/1/intents", deadLetterQueueUrl: "https://sqs/1/dead" };

describe("the clients have the settings that the SDK reads from the environment:", () => {
  const environments: readonly Readonly<Record<string, string>>[] = [
    { AWS_REGION: "eu-west-2" },
    { AWS_REGION: "fips-us-east-1" },
    { AWS_REGION: "eu-west-2", AWS_USE_FIPS_ENDPOINT: "true", AWS_USE_DUALSTACK_ENDPOINT: "true" },
    { AWS_REGION: "eu-west-2", AWS_USE_FIPS_ENDPOINT: "perhaps" },
    { AWS_REGION: "eu-west-2", AWS_SDK_UA_APP_ID: "an-app", AWS_AUTH_SCHEME_PREFERENCE: "sigv4a,sigv4" },
    { AWS_REGION: "eu-west-2", AWS_RETRY_MODE: "adaptive", AWS_MAX_ATTEMPTS: "7" },
    {
      AWS_REGION: "eu-west-2",
      AWS_ENDPOINT_URL: "https://all",
      AWS_ENDPOINT_URL_EVENTBRIDGE: "https://one:8",
    },
    { AWS_REGION: "eu-west-2", AWS_ENDPOINT_URL: "https://all", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
  ];
  const own = { ...process.env };
  const creates: (typeof createAwsCalls)[] = [];
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "leave-out-"));
    await buildFunction(join(folder, "built"), awsCallsFile);
    await buildPlainBundle(awsCallsFile, join(folder, "plain"));
    for (const name of ["built", "plain"]) {
      const module = await import(pathToFileURL(join(folder, name, "index.mjs")).href);
      creates.push(module.createAwsCalls);
    }
  });
  after(() => rm(folder, { recursive: true }));

  for (const environment of environments) {
    it(JSON.stringify(environment), async (context) => {
      context.after(() => setEnvironment(own));
      setEnvironment({ PATH: own.PATH, HOME: folder, ...environment });
      const [built, plain] = await Promise.all(creates.map((create) => settingsOf(create(queues))));
      assert.deepEqual(built, plain);
    });
  }

  it("but a call with a type that is not written any more is not made", async (context) => {
    context.after(() => setEnvironment(own));
    const credentials = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "s" };
    setEnvironment({ PATH: own.PATH, HOME: folder, AWS_REGION: "eu-west-2", ...credentials });
    const [built = assert.fail()] = creates;
    const dated = [{ Source: "s", DetailType: "d", Detail: "{}", Time: new Date() }];
    await assert.rejects(built(queues).putEvents(dated, new AbortController().signal), {
      message: "Time has a type that lambda/build/leave-out.ts cannot write",
    });
  });
});

it("the build fails if a file of the SDK is not written as expected", () => {
  const replacement = { file: "some/file.js", because: "", contains: "export class Sha256Js " };
  assert.throws(
    () => replaceSource(replacement, "export default class {}"),
    /some\/file\.js of the AWS SDK does not contain "export class Sha256Js "/,
  );
});

it("what was left out says why when it is called", () => {
  const source = replaceSource(
    { file: "some/file.js", because: "nothing needs it", contains: "export" },
    "export const a = async () => 1;\nconst b = 2;\nexport class C {}\n",
  );
  const statement = (name: string) =>
    `export function ${name}() { throw new Error("${name} is not in the function's bundle, because nothing needs it (lambda/build/leave-out.ts)"); }`;
  assert.equal(source, `${statement("a")}\n${statement("C")}`);
});

function setEnvironment(variables: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, variables);
}

/** What the clients resolve when they make a call. */
async function settingsOf({ clients }: ReturnType<typeof createAwsCalls>) {
  return Promise.all(
    [clients.connect.config, clients.eventBridge.config].map(async (config) => {
      const strategy = await config.retryStrategy();
      return {
        region: await config.region(),
        fips: await config.useFipsEndpoint(),
        dualstack: await config.useDualstackEndpoint(),
        appId: await config.userAgentAppId(),
        authSchemes: await config.authSchemePreference(),
        maxAttempts: await config.maxAttempts(),
        retryMode: "mode" in strategy && strategy.mode,
        endpoint: await config.serviceConfiguredEndpoint?.(),
      };
    }),
  );
}
