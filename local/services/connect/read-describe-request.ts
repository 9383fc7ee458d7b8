import type { HttpRequest } from "../http-server.ts";
import { percentDecoded } from "./read-request.ts";

/** What can be described besides contacts. */
export type DescribedKind = "Instance" | "ContactFlow" | "Queue" | "User";

/** A request for one of `DescribeInstance`, `DescribeContactFlow`, `DescribeQueue` and `DescribeUser`. */
export interface DescribeRequest {
  readonly kind: DescribedKind;
  readonly instanceId: string;
  /** The same as `instanceId` where an instance is described. */
  readonly id: string;
}

const kindByPath: Readonly<Record<string, DescribedKind>> = {
  "contact-flows": "ContactFlow",
  queues: "Queue",
  users: "User",
};

/**
 * Reads a request of this kind; any other is undefined.
 * @throws ConnectApiError SerializationException.
 */
export function readDescribeRequest({
  method,
  path,
}: Pick<HttpRequest, "method" | "path">): DescribeRequest | undefined {
  if (method !== "GET") return undefined;
  const [, first = "", instance = "", described] = (path.split("?")[0] ?? "").split("/");
  const kind = first === "instance" ? "Instance" : Object.hasOwn(kindByPath, first) && kindByPath[first];
  if (!kind || (kind === "Instance") !== (described === undefined)) return undefined;
  const instanceId = percentDecoded(instance);
  return { kind, instanceId, id: described === undefined ? instanceId : percentDecoded(described) };
}
