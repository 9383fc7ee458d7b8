import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { isObject, type JsonObject, parseJson } from "../../cli/json.ts";
import { filterLog, jsonFilter } from "./filter-log.ts";

/** One delivery of an intent, as the function has logged it. Instants are milliseconds since 1970. */
export interface Delivery {
  readonly at: number;
  readonly status: "succeeded" | "failed" | "retry";
  readonly reason?: string;
  readonly error?: string;
  readonly messageId?: string;
  readonly intentId?: string;
  readonly contactId?: string;
  readonly clientToken?: string;
  readonly receiveCount?: number;
  /** The earliest instant of the next delivery. */
  readonly nextAt?: number;
}

const identities = ["intentId", "clientToken", "messageId", "contactId"] as const;

/** The deliveries of an intent, or of all intents of a contact, in the order of the log. */
export async function findDeliveries(
  client: CloudWatchLogsClient,
  logGroupName: string,
  id: string,
  since: number,
): Promise<Delivery[]> {
  const deliveries = await readDeliveries(client, logGroupName, jsonFilter(identities, id), since);
  // In a filter `*` is a wildcard.
  return deliveries.filter((delivery) => identities.some((member) => delivery[member] === id));
}

/** All deliveries since an instant that were retried, succeeded or failed. */
export function recentDeliveries(
  client: CloudWatchLogsClient,
  logGroupName: string,
  since: number,
): Promise<Delivery[]> {
  const pattern = `{ ${["retry", "succeeded", "failed"].map((status) => `($.status = "${status}")`).join(" || ")} }`;
  return readDeliveries(client, logGroupName, pattern, since);
}

async function readDeliveries(
  client: CloudWatchLogsClient,
  logGroupName: string,
  filterPattern: string,
  since: number,
): Promise<Delivery[]> {
  const events = await filterLog(client, { logGroupName, filterPattern, startTime: since });
  return events.flatMap(({ at, message }) => readDelivery(at, parseJson(message)) ?? []);
}

function readDelivery(at: number, line: unknown): Delivery | undefined {
  if (!isObject(line)) return undefined;
  const { status, retryInSeconds } = line;
  if (status !== "succeeded" && status !== "failed" && status !== "retry") return undefined;
  const { receiveCount } = line;
  return {
    at,
    status,
    ...textsOf(line, ["reason", "error", ...identities]),
    ...(typeof receiveCount === "number" && { receiveCount }),
    ...(typeof retryInSeconds === "number" && { nextAt: at + retryInSeconds * 1000 }),
  };
}

function textsOf<Name extends string>(line: JsonObject, names: readonly Name[]): { [name in Name]?: string } {
  const texts: { [name in Name]?: string } = {};
  for (const name of names) {
    const value = line[name];
    if (typeof value === "string") texts[name] = value;
  }
  return texts;
}
