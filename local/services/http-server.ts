import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A local endpoint: where it listens, and how it ends. */
export interface HttpServer {
  /** `http://127.0.0.1:PORT`, as AWS_ENDPOINT_URL_… takes it. */
  readonly url: string;
  readonly port: number;
  /** Ends the server at once: open connections are cut, so that nothing keeps the process alive. */
  close(): Promise<void>;
}

/** A whole request: the body has been read. */
export interface HttpRequest {
  readonly method: string;
  /** The path with its query string, as sent. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/**
 * Answers one request. Returning an answer sends it; returning nothing means that the handler has dealt with
 * `response` itself (a hang, a cut connection, a truncated body).
 */
export type HttpHandler = (
  request: HttpRequest,
  response: ServerResponse,
) => Promise<HttpAnswer | undefined> | HttpAnswer | undefined;

/**
 * Starts a server on 127.0.0.1; port 0 takes any free one. Rejects with one sentence that names the port where it
 * is in use. An error thrown by the handler answers 500 with its message: local endpoints hide nothing.
 */
export async function startHttpServer(handle: HttpHandler, port = 0): Promise<HttpServer> {
  const server = createServer((incoming, response) => {
    answer(incoming, response, handle).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${port} on 127.0.0.1 is in use; take another one or 0 for any free one.`, {
              cause: error,
            })
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const actualPort = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${actualPort}`,
    port: actualPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(incoming: IncomingMessage, response: ServerResponse, handle: HttpHandler) {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const result = await handle(
    {
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    },
    response,
  );
  if (result) response.writeHead(result.status, result.headers).end(result.body ?? "");
}
