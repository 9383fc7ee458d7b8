import { generate } from "selfsigned";

/** A certificate for `localhost` and its key, both as PEM. */
export async function makeSelfSignedCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const subject = [{ name: "commonName", value: "localhost" }];
  const { private: key, cert } = await generate(subject, { keyType: "ec", algorithm: "sha256" });
  return { key, cert };
}
