import { randomUUID } from "node:crypto";
import type { HttpHandler } from "../http-server.ts";
import { ServiceError } from "../service-error.ts";
import { type AccountOptions, makeOperations, type Operations } from "./account-operations.ts";
import type { Members } from "./api-calls.ts";
import { LogsError } from "./log-groups.ts";

export interface AccountEndpointOptions extends AccountOptions {
  /** Whether to deny an action, such as `logs:FilterLogEvents`. @default everything is allowed */
  readonly isDenied?: (action: string) => boolean;
}

/**
 * What the project's commands call besides SQS, EventBridge and Connect: the outcome log, the stack, the caller's identity,
 * the quota and CloudTrail. Any other operation is an error that says so.
 */
export function makeAccountHandler(options: AccountEndpointOptions): HttpHandler {
  const operations = makeOperations(options);
  return async (request) => {
    let call: Call = { service: "", action: "", input: {}, protocol: "json" };
    try {
      call = readCall(request.headers, await request.text());
      return answer(call, perform(call, operations, options));
    } catch (error) {
      return refusal(call, error);
    }
  };
}

/** Recognizes a request by its target, or as a form of the query protocol. */
export function isForAccount(headers: Headers): boolean {
  const target = headers.get("x-amz-target");
  return target === null
    ? (headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded")
    : Object.hasOwn(serviceOfApi, splitTarget(target).api);
}

interface Call {
  readonly service: string;
  readonly action: string;
  readonly input: Members;
  readonly protocol: "json" | "query";
}

const serviceOfApi: Readonly<Record<string, string>> = {
  CloudTrail_20131101: "cloudtrail",
  GraniteServiceVersion20100801: "cloudwatch",
  Logs_20140328: "logs",
  ServiceQuotasV20190624: "servicequotas",
};
/** The query protocol names only the version of the service's API. */
const serviceOfVersion: Readonly<Record<string, string>> = {
  "2010-05-15": "cloudformation",
  "2010-08-01": "cloudwatch",
  "2011-06-15": "sts",
  "2012-11-05": "sqs",
};

/** `Logs_20140328.FilterLogEvents`; the AWS CLI names CloudTrail's API `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101`. */
function splitTarget(target: string): { readonly api: string; readonly action: string } {
  const [action = "", api = ""] = target.split(".").reverse();
  return { api, action };
}

function readCall(headers: Headers, body: string): Call {
  const target = headers.get("x-amz-target") ?? "";
  if (target !== "") {
    const { api, action } = splitTarget(target);
    return { service: serviceOfApi[api] ?? api, action, input: parseInput(body), protocol: "json" };
  }
  const { Action = "", Version = "", ...input } = Object.fromEntries(new URLSearchParams(body));
  return { service: serviceOfVersion[Version] ?? Version, action: Action, input, protocol: "query" };
}

function parseInput(body: string): Members {
  try {
    return JSON.parse(body || "{}");
  } catch {
    throw new ServiceError("SerializationException", "The request's body is not JSON.");
  }
}

const oldSqsProtocol =
  "The local run serves SQS by its JSON protocol only, and this client uses the query protocol: update the AWS CLI or SDK to a version from 2024 or later.";

function perform(
  { service, action, input, protocol }: Call,
  operations: Operations,
  { isDenied }: AccountEndpointOptions,
): Members {
  const name = `${service}:${action}`;
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (service === "sqs") throw new ServiceError("UnsupportedOperation", oldSqsProtocol);
  if (!operation) {
    const known = Object.keys(operations).join(", ");
    throw new ServiceError(
      "UnknownOperationException",
      `The local run does not support ${name}, only ${known}.`,
    );
  }
  if (!isDenied?.(name)) return operation(input);
  const message = `User: arn:aws:iam::000000000000:user/local is not authorized to perform: ${name}`;
  const isQuery = protocol === "query";
  throw new ServiceError(isQuery ? "AccessDenied" : "AccessDeniedException", message, isQuery ? 403 : 400);
}

function answer({ action, protocol }: Call, members: Members): Response {
  if (protocol === "json") return jsonAnswer(200, members);
  return xmlAnswer(
    200,
    `<${action}Response><${action}Result>${toXml(members)}</${action}Result></${action}Response>`,
  );
}

function refusal({ protocol }: Call, error: unknown): Response {
  if (!(error instanceof ServiceError || error instanceof LogsError)) throw error;
  const { name, message } = error;
  const status = error instanceof ServiceError ? error.httpStatus : 400;
  if (protocol === "json") return jsonAnswer(status, { __type: name, message });
  const answered = { Error: { Type: "Sender", Code: name, Message: message }, RequestId: randomUUID() };
  return xmlAnswer(status, `<ErrorResponse>${toXml(answered)}</ErrorResponse>`);
}

function jsonAnswer(status: number, members: Members): Response {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
  return Response.json(members, { status, headers });
}

function xmlAnswer(status: number, body: string): Response {
  return new Response(body, { status, headers: { "content-type": "text/xml" } });
}

/** In the query protocol, the elements of a list are named `member`. */
function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((element) => `<member>${toXml(element)}</member>`).join("");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, member]) => `<${name}>${toXml(member)}</${name}>`)
      .join("");
  }
  return String(value).replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
