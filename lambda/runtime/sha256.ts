import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

type Data = string | ArrayBuffer | ArrayBufferView;

/** Keys that have been used, by the SDK's own cached copy: it derives a signing key once a day. */
const keys = new WeakMap<object, KeyObject>();
/** The last digest whose key was a text: the signer asks for the same one for each request, to find the key that it has derived. */
let last: { readonly secret: string; readonly bytes: Buffer; readonly digest: Buffer } | undefined;

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
    if (typeof this.#secret === "string") return digestOfText(this.#secret, bytes);
    return createHmac("sha256", keyOf(this.#secret)).update(bytes).digest();
  }

  reset(): void {
    this.#chunks.length = 0;
  }
}

function digestOfText(secret: string, bytes: Buffer): Buffer {
  if (last?.secret !== secret || !last.bytes.equals(bytes)) {
    last = { secret, bytes, digest: createHmac("sha256", secret).update(bytes).digest() };
  }
  return last.digest;
}

function keyOf(secret: Exclude<Data, string>): KeyObject {
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
