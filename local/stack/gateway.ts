import { isForAccount } from "../services/account/account-endpoint.ts";
import { type HttpHandler, type HttpServer, startHttpServer } from "../services/http-server.ts";
import { environmentPath } from "./shell-environment.ts";

export interface ServiceHandlers {
  readonly sqs: HttpHandler;
  readonly eventBridge: HttpHandler;
  readonly connect: HttpHandler;
  /** CloudWatch Logs, CloudFormation, CloudTrail, STS and Service Quotas. */
  readonly account: HttpHandler;
  /** The environment of a client, as a shell reads it. */
  readonly environment: string;
}

/** Serves all services at one address, which is there at once; requests wait until the services are ready. */
export function startGateway(handlers: Promise<ServiceHandlers>, port = 0): Promise<HttpServer> {
  return startHttpServer(async (request, env) => {
    const services = await handlers;
    if (isForEnvironment(request)) return new Response(`${services.environment}\n`);
    return services[serviceOf(request.headers)](request, env);
  }, port);
}

function isForEnvironment({ method, url }: Request): boolean {
  return method === "GET" && new URL(url).pathname === environmentPath;
}

/**
 * A request names its service by its target header or its form; only Connect's has neither. The account answers what no service
 * knows, with an error that names what there is.
 */
function serviceOf(headers: Headers): Exclude<keyof ServiceHandlers, "environment"> {
  const target = headers.get("x-amz-target") ?? "";
  if (target.startsWith("AmazonSQS.")) return "sqs";
  if (target.startsWith("AWSEvents.")) return "eventBridge";
  return target === "" && !isForAccount(headers) ? "connect" : "account";
}
