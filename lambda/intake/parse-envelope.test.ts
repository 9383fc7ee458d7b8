import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { maxBodyBytes, parseEnvelope } from "./parse-envelope.ts";

function messageOf(body: string): string | undefined {
  const parsed = parseEnvelope(body);
  return "refusal" in parsed ? parsed.refusal.message : undefined;
}

describe("parseEnvelope", () => {
  it("returns the JSON of a body", () => {
    assert.deepEqual(parseEnvelope(' {"id": "e"}\n'), { value: { id: "e" } });
  });

  it("says where the syntax error is, and nothing of the content", () => {
    assert.equal(messageOf('{"id": "secret", }'), "the body is not JSON: syntax error at character 17");
    assert.equal(messageOf('{"id": "secret'), "the body is not JSON: syntax error at character 14");
    assert.equal(messageOf(""), "the body is not JSON: it ends unexpectedly");
    assert.equal(messageOf("secret in JSON at position 5"), "the body is not JSON");
  });

  it("accepts 16 KiB, counted in UTF-8 bytes", () => {
    const body = `"${"ü".repeat((maxBodyBytes - 2) / 2)}"`;
    assert.equal(messageOf(body), undefined);
    assert.equal(messageOf(`${body} `), "the body is 16385 bytes; the limit is 16384");
  });
});
