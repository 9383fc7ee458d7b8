import { isObject, type JsonObject } from "../../cli/json.ts";
import { readFilter } from "../letters/read-filter.ts";
import type { Selection } from "../protocol/filters.ts";
import type {
  DiscardRequest,
  Edit,
  ReplayRequest,
  ResolvePlanRequest,
  ResolveRequest,
} from "../protocol/plans.ts";
import type { RunRequest } from "../protocol/runs.ts";
import { ApiRefusal } from "../server/errors.ts";

/** What the page asks, checked: it comes over HTTP. @throws ApiRefusal */
export function readReplayRequest(body: unknown): ReplayRequest {
  const request = objectOf(body, "The request");
  const { selection, edits = [], perSecond } = request;
  if (!Array.isArray(edits)) throw wrong("edits is not a list.");
  if (
    perSecond !== undefined &&
    !(typeof perSecond === "number" && perSecond >= 0.001 && perSecond <= 10_000)
  ) {
    throw wrong("perSecond is not a number from 0.001 to 10,000.");
  }
  return {
    selection: readSelection(selection),
    edits: edits.map(readEdit),
    perSecond,
    ...switchesOf(request, [
      "renew",
      "newIdentity",
      "ignoreExpiresAt",
      "includeInvalid",
      "acceptUnknownEffect",
      "check",
    ]),
  };
}

/** @throws ApiRefusal */
export function readDiscardRequest(body: unknown): DiscardRequest {
  return { selection: readSelection(objectOf(body, "The request").selection) };
}

/** @throws ApiRefusal */
function readResolveRequest(body: unknown): ResolveRequest {
  return { selection: readSelection(objectOf(body, "The request").selection) };
}

/** @throws ApiRefusal */
export function readResolvePlanRequest(body: unknown): ResolvePlanRequest {
  return { ...readResolveRequest(body), ...switchesOf(objectOf(body, "The request"), ["again"]) };
}

/** @throws ApiRefusal */
export function readRunRequest(body: unknown): RunRequest {
  const run = objectOf(body, "The run");
  const why = readWhy(run);
  if (run.kind === "discard") return { kind: "discard", request: readDiscardRequest(run.request), why };
  if (run.kind === "resolve") return { kind: "resolve", request: readResolveRequest(run.request), why };
  if (run.kind !== "replay") throw wrong("kind is replay, discard or resolve.");
  const { canary = true } = switchesOf(run, ["canary"]);
  return { kind: "replay", request: readReplayRequest(run.request), why, canary };
}

const maxWhyLength = 1_000;

/** The reason for the audit file. @throws ApiRefusal */
export function readWhy(body: unknown): string {
  const { why } = objectOf(body, "The request");
  if (typeof why !== "string" || why.trim() === "") {
    throw wrong("Type in why: the audit file records it.");
  }
  if (why.length > maxWhyLength) throw wrong(`The reason has more than ${maxWhyLength} characters.`);
  return why.trim();
}

function readSelection(value: unknown): Selection {
  const selection = objectOf(value, "The selection");
  const { kind, ids, filter, limit } = selection;
  if (kind === "ids") {
    if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => typeof id === "string" && id !== "")) {
      throw wrong("ids is not a list of message ids.");
    }
    return { kind, ids };
  }
  if (kind !== "filter") throw wrong("The selection is neither ids nor a filter.");
  if (limit !== undefined && !(Number.isSafeInteger(limit) && Number(limit) > 0)) {
    throw wrong("limit is not a positive whole number.");
  }
  return { kind, filter: readFilter(filter), limit: limit === undefined ? undefined : Number(limit) };
}

function readEdit(value: unknown): Edit {
  const { path, json } = objectOf(value, "An edit");
  if (typeof path !== "string") throw wrong("An edit has no path.");
  if (json !== undefined && typeof json !== "string") throw wrong("The json of an edit is not a text.");
  return { path, json };
}

function switchesOf<Name extends string>(
  values: JsonObject,
  names: readonly Name[],
): { readonly [name in Name]?: boolean } {
  const switches: { [name in Name]?: boolean } = {};
  for (const name of names) {
    const value = values[name];
    if (value !== undefined && typeof value !== "boolean") throw wrong(`${name} is not true or false.`);
    switches[name] = value;
  }
  return switches;
}

function objectOf(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw wrong(`${what} is not a JSON object.`);
}

function wrong(message: string): ApiRefusal {
  return new ApiRefusal("WrongUse", message);
}
