import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { KMSClient } from "@aws-sdk/client-kms";
import { startHttpServer } from "../../local/services/http-server.ts";
import { checkKey, usersOfKey } from "./check-key.ts";
import type { Finding } from "./finding.ts";

const keyArn = "arn:aws:kms:us-east-1:111122223333:key/1";
const eventBridge = {
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey"],
  Resource: "*",
};
const logs = {
  Effect: "Allow",
  Principal: { Service: ["logs.us-east-1.amazonaws.com"] },
  Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
  Resource: "*",
};
const root = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:root" },
  Action: "kms:*",
  Resource: "*",
};

interface Key {
  readonly state?: string;
  readonly statements?: readonly object[];
  readonly error?: { readonly name: string; readonly status: number };
}

/** The findings about a key that KMS describes like this. */
async function check(t: TestContext, { state = "Enabled", statements = [], error }: Key): Promise<Finding[]> {
  const server = await startHttpServer(async (request) => {
    if (error) return Response.json({ __type: error.name, message: "No" }, { status: error.status });
    return request.headers.get("x-amz-target") === "TrentService.DescribeKey"
      ? Response.json({ KeyMetadata: { KeyId: "1", KeyState: state, KeySpec: "SYMMETRIC_DEFAULT" } })
      : Response.json({ Policy: JSON.stringify({ Statement: statements }) });
  });
  const kms = new KMSClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  t.after(() => {
    kms.destroy();
    return server.close();
  });
  const findings: Finding[] = [];
  for await (const finding of checkKey(keyArn, usersOfKey("us-east-1", "everything"), kms))
    findings.push(finding);
  return findings;
}

describe("the policy of a key", () => {
  it("that lets EventBridge and CloudWatch Logs use it is right", async (t) => {
    assert.deepEqual(await check(t, { statements: [root, eventBridge, logs] }), [
      { verdict: "right", text: `the key ${keyArn} is Enabled, SYMMETRIC_DEFAULT` },
      {
        verdict: "right",
        text: `the policy of the key ${keyArn} lets events.amazonaws.com and logs.us-east-1.amazonaws.com use it`,
      },
    ]);
  });

  it("that lets only the account use it is wrong: events would be lost", async (t) => {
    const [, policy] = await check(t, { statements: [root] });
    assert.equal(policy?.verdict, "wrong");
    assert.match(
      policy.text,
      /does not let events\.amazonaws\.com call kms:Decrypt, kms:GenerateDataKey: the rules/,
    );
    assert.match(
      policy.text,
      /nor logs\.us-east-1\.amazonaws\.com call kms:Encrypt, .*: the log groups could not/,
    );
  });

  it("that lacks one action names it", async (t) => {
    const [, policy] = await check(t, { statements: [{ ...eventBridge, Action: "kms:Decrypt" }, logs] });
    assert.match(policy?.text ?? "", /does not let events\.amazonaws\.com call kms:GenerateDataKey: /);
  });

  it("that denies something is not judged", async (t) => {
    const [, policy] = await check(t, { statements: [eventBridge, logs, { ...root, Effect: "Deny" }] });
    assert.equal(policy?.verdict, "unknown");
    assert.match(policy.text, /check that by hand/);
  });

  it("a key that is disabled is wrong, one that is not there too, and one that may not be read is unknown", async (t) => {
    assert.equal((await check(t, { state: "Disabled" }))[0]?.verdict, "wrong");
    const missing = await check(t, { error: { name: "NotFoundException", status: 400 } });
    assert.deepEqual(missing[0], { verdict: "wrong", text: `the key ${keyArn} does not exist` });
    const denied = await check(t, { error: { name: "AccessDeniedException", status: 400 } });
    assert.deepEqual(
      denied.map(({ verdict }) => verdict),
      ["unknown", "unknown"],
    );
    assert.match(denied[1]?.text ?? "", /You are not allowed to call kms:GetKeyPolicy on the key/);
  });
});
