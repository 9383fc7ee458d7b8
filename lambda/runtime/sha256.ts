import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

type Data = string | ArrayBuffer | ArrayBufferView;

/** Keys that have been used, by the SDK's own cached copy: it derives a signing key once a day. */
const keys = new WeakMap<object, KeyObject>();

/**
 * SHA-256 in the form that the SDK's signer expects. Its own class hashes with a context that it copies, and prepares the signing key
 * for every request.
 */
export class Sha256 {
  readonly #secret: Data | undefined;
  readonly #chunks: Buffer[] = [];

  constructor(secret?: Data) {
    this.#secret = secret;
  }

  update(data: Data): void {
    this.#chunks.push(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    const [only, ...others] = this.#chunks;
    const bytes = only && others.length === 0 ? only : Buffer.concat(this.#chunks);
    if (this.#secret === undefined) return hash("sha256", bytes, "buffer");
    return createHmac("sha256", keyOf(this.#secret)).update(bytes).digest();
  }

  reset(): void {
    this.#chunks.length = 0;
  }
}

function keyOf(secret: Data): string | KeyObject {
  if (typeof secret === "string") return secret;
  let key = keys.get(secret);
  if (!key) {
    key = createSecretKey(bytesOf(secret));
    keys.set(secret, key);
  }
  return key;
}

function bytesOf(data: Data): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
