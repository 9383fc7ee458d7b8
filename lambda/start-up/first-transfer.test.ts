import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { batchOf, buildBundle, startBundledFunction } from "../../test/function/bundled-function.ts";
import { localFunctionEnvironment } from "../../test/function/function-environment.ts";
import { startLocalAws } from "../../test/function/local-aws.ts";
import { makeEnvelope } from "../../test/makers.ts";
import { makeSelfSignedCertificate } from "../../test/self-signed-certificate.ts";

const certificate = await makeSelfSignedCertificate();

/** Answers every request over TLS, and counts what it was asked, and by how many connections. */
async function startService(answer: object) {
  const seen = { connections: 0, requests: 0 };
  const server = createServer(certificate, (_request, response: ServerResponse) => {
    seen.requests++;
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  server.on("secureConnection", () => seen.connections++);
  await once(server.listen(0, "localhost"), "listening");
  return {
    seen,
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

it("the first transfer uses the connections that the start has opened, and opens none", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "certificate-"));
  const certFile = join(folder.path, "cert.pem");
  await writeFile(certFile, certificate.cert);
  using connect = await startService({ ContactId: "new", ContactArn: "arn" });
  using eventBridge = await startService({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] });
  await using aws = await startLocalAws();
  const env = {
    ...aws.env,
    AWS_ENDPOINT_URL_CONNECT: connect.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
  };
  const batch = batchOf(await aws.deliver(makeEnvelope()));
  await using bundle = await buildBundle();
  await using instance = await startBundledFunction(
    bundle,
    { ...aws, env },
    { environment: { ...localFunctionEnvironment(aws), NODE_EXTRA_CA_CERTS: certFile } },
  );
  // A connection that has waited for more than 4 s is not used.
  const { kind } = await instance.invoke(batch);
  assert.equal(kind, "returned");
  const oneOfEach = { connections: 1, requests: 1 };
  assert.deepEqual(connect.seen, oneOfEach);
  assert.deepEqual(eventBridge.seen, oneOfEach);
});
