import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { createEngine } from "../lambda/engine.ts";
import { processBatch } from "../lambda/process-batch.ts";
import { makePorts, makeRecord } from "../test/makers.ts";
import { failureReasons } from "./failure-reasons.ts";
import { generate, generatedUrl } from "./generate.ts";
import { contracts, readSchema } from "./read-schema.ts";

/** Longest ids that the API's model allows (service model 2017-08-08, operation TransferContact). */
const modelLimits = { instanceId: 100, contactId: 256, contactFlowId: 500, userId: 256 };

interface Sample {
  description: string;
  expect: { outcome: "succeeded" | "failed" | "none"; reason?: string };
  event?: Record<string, unknown>;
  body?: string;
}

async function readSamples(): Promise<[string, Sample][]> {
  const samplesUrl = new URL("./samples/", import.meta.url);
  const names = (await readdir(samplesUrl)).filter((name) => name.endsWith(".json"));
  return Promise.all(
    names.map(
      async (name) =>
        [name, JSON.parse(await readFile(new URL(name, samplesUrl), "utf8"))] as [string, Sample],
    ),
  );
}

describe("the contracts", () => {
  it("match their generated files: run `npm run generate` after a change", async () => {
    for (const [name, text] of Object.entries(await generate())) {
      assert.equal(await readFile(new URL(name, generatedUrl), "utf8"), text, name);
    }
  });

  it("are valid JSON Schemas of draft 2020-12", async () => {
    const ajv = new Ajv2020({ strict: false });
    for (const contract of contracts) {
      assert.equal(await ajv.validateSchema(await readSchema(contract)), true, contract);
    }
  });

  it("allow ids as long as the API's model does, and no longer", async () => {
    const ajv = new Ajv2020();
    addFormats.default(ajv);
    const validate = ajv.compile(await readSchema("contact-transfer-requested"));
    for (const [member, limit] of Object.entries(modelLimits)) {
      const envelope = (length: number) => ({
        id: "e",
        detail: { contactId: "c", contactFlowId: "f", [member]: "x".repeat(length) },
      });
      assert.equal(validate(envelope(limit)), true, member);
      assert.equal(validate(envelope(limit + 1)), false, member);
      assert.equal(validate(envelope(0)), false, member);
    }
  });

  it("list the reasons for a failure in the order of the taxonomy", async () => {
    const { properties } = JSON.parse(JSON.stringify(await readSchema("contact-transfer-failed")));
    const { reason } = properties.detail.properties.failure.properties;
    assert.deepEqual(reason.enum, Object.keys(failureReasons));
  });

  it("produce a validator that imports no module of the schema compiler", async () => {
    const validator = await readFile(new URL("validate-requested.js", generatedUrl), "utf8");
    assert.doesNotMatch(validator, /require\(|import /);
  });
});

describe("the samples", () => {
  it("cover each case at least once", async () => {
    const samples = await readSamples();
    const expected = new Set(samples.map(([, { expect }]) => expect.reason ?? expect.outcome));
    for (const reason of [
      "succeeded",
      "none",
      "InvalidIntent",
      "NotAllowed",
      "IntentExpired",
      "InvalidRequest",
    ]) {
      assert.ok(expected.has(reason), reason);
    }
    assert.ok(samples.length >= 19);
  });

  it("agree with the function when it decides without Connect", async () => {
    const byFunction = new Set(["InvalidIntent", "NotAllowed", "IntentExpired"]);
    for (const [name, { expect, event, body }] of await readSamples()) {
      if (expect.outcome === "none") continue;
      const { ports, clock, seen } = makePorts();
      const record = makeRecord(body ?? event, { sentAt: clock.now() });
      const time = { requestId: "invocation-1", deadlineAt: clock.monotonic() + 30_000 };
      await clock.run(processBatch([record], time, createEngine(ports)));
      const [outcome] = seen.outcomes;
      const failure = outcome?.detail.failure as { reason: string } | undefined;
      assert.equal(failure?.reason, byFunction.has(expect.reason ?? "") ? expect.reason : undefined, name);
    }
  });
});
