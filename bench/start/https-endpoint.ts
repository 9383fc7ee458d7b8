import { once } from "node:events";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { makeSelfSignedCertificate } from "../../test/self-signed-certificate.ts";

/** Local Connect, EventBridge and SQS over HTTPS that always succeed; EventBridge has its own port. */
export interface HttpsEndpoint extends AsyncDisposable {
  /** The environment that a function needs to find and trust it. */
  readonly env: Readonly<Record<string, string>>;
  /** How long TransferContact takes from now on. */
  delayConnect(latencyMs: number): void;
  /** The number of calls by name since the last time. */
  takeCalls(): Record<string, number>;
}

export async function startHttpsEndpoint(connectLatencyMs = 0): Promise<HttpsEndpoint> {
  let latencyMs = connectLatencyMs;
  const certificate = await makeSelfSignedCertificate();
  const directory = await mkdtempDisposable(join(tmpdir(), "certificate-"));
  const certFile = join(directory.path, "cert.pem");
  await writeFile(certFile, certificate.cert);
  let calls: Record<string, number> = {};
  const answerCall: RequestListener = async (request, response) => {
    const body = await readBody(request);
    const call = String(request.headers["x-amz-target"] ?? "Connect.TransferContact").replace(/.*\./, "");
    calls[call] = (calls[call] ?? 0) + 1;
    if (call === "TransferContact" && latencyMs > 0) await setTimeout(latencyMs);
    response.writeHead(200, { "content-type": "application/json", "x-amzn-requestid": "bench" });
    response.end(JSON.stringify(answer(call, body)));
  };
  const servers = [createServer(certificate, answerCall), createServer(certificate, answerCall)];
  const [url, eventBridgeUrl] = await Promise.all(servers.map(listen));
  return {
    env: {
      AWS_ENDPOINT_URL: url ?? "",
      AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridgeUrl ?? "",
      NODE_EXTRA_CA_CERTS: certFile,
    },
    delayConnect(ms) {
      latencyMs = ms;
    },
    takeCalls() {
      const taken = calls;
      calls = {};
      return taken;
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await directory.remove();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, "localhost"), "listening");
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

function answer(call: string, body: string): unknown {
  if (call === "PutEvents") {
    const { Entries } = JSON.parse(body) as { Entries: unknown[] };
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: `event-${index}` })) };
  }
  if (call === "TransferContact") return { ContactId: "new", ContactArn: "arn:aws:connect:::contact/new" };
  return {};
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  return body;
}
