import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { Sha256 } from "./sha256.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const texts = ["", "a", "zwölf Boxkämpfer", "x".repeat(100_000)];

describe("the digest is that of node:crypto", () => {
  for (const text of texts) {
    it(`of ${text.length} characters, at once and in parts`, async () => {
      const expected = createHash("sha256").update(text).digest("hex");
      const whole = new Sha256();
      whole.update(Buffer.from(text));
      assert.equal(hex(await whole.digest()), expected);
      const parts = new Sha256();
      parts.update(text.slice(0, 1));
      parts.update(Buffer.from(text.slice(1)));
      assert.equal(hex(await parts.digest()), expected);
    });
  }

  it("of no data at all", async () => {
    assert.equal(hex(await new Sha256().digest()), createHash("sha256").digest("hex"));
  });

  for (const [name, secret] of [
    ["a text", "secret"],
    ["bytes", Buffer.from("secret")],
    ["an array buffer", Uint8Array.from(Buffer.from("secret")).buffer],
    ["a view of a part of a buffer", Buffer.from("a secret b").subarray(2, 8)],
  ] as const) {
    it(`with ${name} as its key, however often`, async () => {
      for (const text of texts) {
        const sha = new Sha256(secret);
        sha.update(text);
        assert.equal(hex(await sha.digest()), createHmac("sha256", "secret").update(text).digest("hex"));
      }
    });
  }

  it("with the same text as its key, of other data or with another text in between", async () => {
    const digests: string[] = [];
    const asked = ["secret id", "secret id", "secret other", "another id", "secret id"].map((pair) =>
      pair.split(" "),
    );
    for (const [key = "", data = ""] of asked) {
      const sha = new Sha256(key);
      sha.update(data);
      digests.push(hex(await sha.digest()));
    }
    assert.deepEqual(
      digests,
      asked.map(([key = "", data = ""]) => createHmac("sha256", key).update(data).digest("hex")),
    );
  });

  it("with another key of the same length", async () => {
    const digests = await Promise.all(
      [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((key) => new Sha256(key).digest()),
    );
    assert.deepEqual(
      digests.map(hex),
      [1, 2].map((fill) => createHmac("sha256", Buffer.alloc(32, fill)).digest("hex")),
    );
  });
});

it("it can be used again after a reset", async () => {
  const sha = new Sha256();
  sha.update("a");
  sha.reset();
  sha.update("b");
  assert.equal(hex(await sha.digest()), createHash("sha256").update("b").digest("hex"));
});
