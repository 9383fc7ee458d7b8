import { Agent, request } from "node:http";
import { isForAccount } from "../services/account/account-endpoint.ts";
import { type HttpHandler, type HttpServer, startHttpServer } from "../services/http-server.ts";

/** Where the requests of each service go. */
export interface Services {
  readonly sqs: HttpHandler;
  /** CloudWatch Logs, CloudFormation, STS and Service Quotas. */
  readonly account: HttpHandler;
  /** URLs of endpoints. */
  readonly events: string;
  readonly connect: string;
}

/**
 * Serves all services at one address: a request says by its target header or its form whose it is, and only
 * Connect's has neither.
 * The address is there at once, and what comes in waits until the services are.
 */
export async function startFront(services: Promise<Services>, port = 0): Promise<HttpServer> {
  const agent = new Agent({ keepAlive: true });
  const server = await startHttpServer(async (incoming, response) => {
    const { sqs, account, events, connect } = await services;
    const target = String(incoming.headers["x-amz-target"] ?? "");
    if (target.startsWith("AmazonSQS.")) return sqs(incoming, response);
    if (isForAccount(incoming)) return account(incoming, response);
    return forward(target === "" ? connect : events, agent)(incoming, response);
  }, port);
  return {
    ...server,
    async close() {
      await server.close();
      agent.destroy();
    },
  };
}

/** Hands a request on as it is. What happens to the connection behind happens to the one in front. */
function forward(url: string, agent: Agent): HttpHandler {
  return (incoming, response) =>
    new Promise((resolve) => {
      const cut = () => {
        response.socket?.resetAndDestroy();
        resolve(undefined);
      };
      const { method, path, headers } = incoming;
      const outgoing = request(url + path, { method, headers, agent }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.once("error", cut);
        answer.pipe(response);
        answer.once("end", () => resolve(undefined));
      });
      outgoing.once("error", cut);
      response.once("close", () => outgoing.destroy());
      outgoing.end(incoming.body);
    });
}
