import { ConnectApiError } from "./connect-api-error.ts";
import type {
  DescribeContactInput,
  Input,
  ListAssociatedContactsInput,
  TransferContactInput,
} from "./request-limits.ts";

/** A request with its members as they arrived. */
export type ConnectRequest =
  | { readonly operation: "TransferContact"; readonly input: TransferContactInput }
  | { readonly operation: "DescribeContact"; readonly input: DescribeContactInput }
  | { readonly operation: "ListAssociatedContacts"; readonly input: ListAssociatedContactsInput };

export type DescribedKind = "Instance" | "ContactFlow" | "Queue" | "User";

/** A request for one of `DescribeInstance`, `DescribeContactFlow`, `DescribeQueue` and `DescribeUser`. */
export interface DescribeRequest {
  readonly kind: DescribedKind;
  readonly instanceId: string;
  /** The same as `instanceId` if an instance is described. */
  readonly id: string;
}

/**
 * Reads the body of a request in the rest-json form of the Connect API. Unknown members are dropped.
 * @throws ConnectApiError SerializationException.
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function readMembers<Name extends string>(
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
