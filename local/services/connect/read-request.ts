import type { HttpRequest } from "../http-server.ts";
import { ConnectApiError } from "./connect-api-error.ts";
import {
  type DescribeContactInput,
  type Input,
  type TransferContactInput,
  transferContactLimits,
} from "./request-limits.ts";

/** A request off the wire, with its members as they came. */
export type ConnectRequest =
  | { readonly operation: "TransferContact"; readonly input: TransferContactInput }
  | { readonly operation: "DescribeContact"; readonly input: DescribeContactInput };

/**
 * Reads a request in the rest-json form of the Connect API. Members that the model does not know are dropped.
 * @throws ConnectApiError SerializationException, or UnknownOperationException for all but the operations on contacts.
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function readRequest({ method, path, body }: HttpRequest): ConnectRequest {
  const [pathname = ""] = path.split("?");
  if (method === "POST" && pathname === "/contact/transfer") {
    return { operation: "TransferContact", input: readMembers(body, transferContactLimits) };
  }
  const [, instanceId, contactId] = /^\/contacts\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  if (method === "GET" && instanceId !== undefined && contactId !== undefined) {
    return {
      operation: "DescribeContact",
      input: { InstanceId: percentDecoded(instanceId), ContactId: percentDecoded(contactId) },
    };
  }
  throw new ConnectApiError(
    "UnknownOperationException",
    `${method} ${pathname} is not an operation of the local Connect, which knows TransferContact (POST /contact/transfer), DescribeContact (GET /contacts/{InstanceId}/{ContactId}), DescribeInstance, DescribeContactFlow, DescribeQueue and DescribeUser`,
  );
}

function readMembers<Name extends string>(
  body: string,
  members: Readonly<Record<Name, unknown>>,
): Input<Name> {
  const json = parseObject(body === "" ? "{}" : body);
  const input: { [name in Name]?: string } = {};
  for (const name in members) {
    const value = json[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string")
      throw new ConnectApiError("SerializationException", `${name} is not a string`);
    input[name] = value;
  }
  return input;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  } catch {
    throw new ConnectApiError("SerializationException", "The body is not JSON");
  }
  throw new ConnectApiError("SerializationException", "The body is not a JSON object");
}

/** @throws ConnectApiError SerializationException. */
export function percentDecoded(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    throw new ConnectApiError("SerializationException", "The path is not percent-encoded UTF-8");
  }
}
