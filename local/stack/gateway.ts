import { isForAccount } from "../services/account/account-endpoint.ts";
import { type HttpHandler, type HttpServer, startHttpServer } from "../services/http-server.ts";

export interface ServiceHandlers {
  readonly sqs: HttpHandler;
  readonly eventBridge: HttpHandler;
  readonly connect: HttpHandler;
  /** CloudWatch Logs, CloudFormation, STS and Service Quotas. */
  readonly account: HttpHandler;
}

/** Serves all services at one address, which is there at once; requests wait until the services are ready. */
export function startGateway(handlers: Promise<ServiceHandlers>, port = 0): Promise<HttpServer> {
  return startHttpServer(async (request, env) => {
    const handle = (await handlers)[serviceOf(request.headers)];
    return handle(request, env);
  }, port);
}

/** A request names its service by its target header or its form; only Connect's has neither. */
function serviceOf(headers: Headers): keyof ServiceHandlers {
  const target = headers.get("x-amz-target") ?? "";
  if (target.startsWith("AmazonSQS.")) return "sqs";
  if (isForAccount(headers)) return "account";
  return target === "" ? "connect" : "eventBridge";
}
