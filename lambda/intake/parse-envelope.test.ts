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

  it("refuses a body that is not JSON as an invalid intent, with the whole envelope at fault", () => {
    const message = "the body is not JSON: it ends unexpectedly";
    assert.deepEqual(parseEnvelope(""), {
      refusal: { reason: "InvalidIntent", message, violations: [{ path: "", message }] },
    });
  });

  it("reports the position of a syntax error without any of the content", () => {
    assert.equal(messageOf('{"id": "secret", }'), "the body is not JSON: syntax error at character 17");
    assert.equal(messageOf('{"id": "secret'), "the body is not JSON: syntax error at character 14");
    assert.equal(messageOf(""), "the body is not JSON: it ends unexpectedly");
    assert.equal(messageOf("secret in JSON at position 5"), "the body is not JSON");
    const behind = "the body is not JSON: more text follows it, from character 2";
    for (const body of ["{};", '{}{"id": "secret"}', "[] secret in JSON at position 5"])
      assert.equal(messageOf(body), behind.replace("2", body.startsWith("[") ? "3" : "2"));
    assert.equal(messageOf("\ufeff{}"), "the body begins with a byte order mark (U+FEFF); send it without");
  });

  it("keeps the digits of every number", () => {
    const body = '{"id":9007199254740993,"a":[1.10,-0,1e400,1E5,0.1]}';
    const parsed = parseEnvelope(body);
    assert.equal("value" in parsed && JSON.stringify(parsed.value), body);
  });

  it("accepts 16 KiB, counted in UTF-8 bytes", () => {
    const body = `"${"ü".repeat((maxBodyBytes - 2) / 2)}"`;
    assert.equal(messageOf(body), undefined);
    assert.equal(messageOf(`${body} `), "the body is 16385 bytes; the limit is 16384");
  });
});
