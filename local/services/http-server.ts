import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";

/** A local endpoint. */
export interface HttpServer {
  /** `http://127.0.0.1:PORT`, as AWS_ENDPOINT_URL_… takes it. */
  readonly url: string;
  readonly port: number;
  /** Cuts open connections, so that nothing keeps the process alive. */
  close(): Promise<void>;
}

/**
 * Answers one request; the `fetch` of a Hono app is one. For what a `Response` cannot say (a hang, a cut connection), it
 * deals with Node's own `outgoing` and returns `RESPONSE_ALREADY_SENT`.
 */
export type HttpHandler = (request: Request, env: HttpBindings) => Response | Promise<Response>;

/**
 * Starts a server on 127.0.0.1; port 0 takes any free one. Rejects with one sentence that names the port if it is in use.
 * An error that the handler throws is answered 500 with its message: local endpoints hide nothing.
 */
export async function startHttpServer(handle: HttpHandler, port = 0): Promise<HttpServer> {
  const server = createServer(
    // Only an HTTP/2 server would pass the other kind of bindings.
    getRequestListener((request, env) => handle(request, env as HttpBindings), {
      errorHandler: (error) => new Response(String(error), { status: 500 }),
    }),
  );
  // Node's 5 s end a connection at the moment when a client that was busy for so long uses it again.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${port} on 127.0.0.1 is in use.`, {
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
