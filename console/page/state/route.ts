import { type FilterName, filterNames, type LetterFilter, type Selection } from "../../protocol/filters.ts";
import type { Edit } from "../../protocol/plans.ts";

export const viewNames = [
  "overview",
  "letters",
  "letter",
  "edit",
  "replay",
  "discard",
  "resolve",
  "runs",
  "trace",
] as const;
export type ViewName = (typeof viewNames)[number];

/** What can be done with letters that are selected. */
export type ChangeView = Extract<ViewName, "replay" | "edit" | "discard" | "resolve">;

/** Options of a replay that are given or not. */
export const replayFlags = [
  "check",
  "renew",
  "new-identity",
  "ignore-expires-at",
  "accept-unknown-effect",
  "include-invalid",
  "at-once",
] as const;
export type ReplayFlag = (typeof replayFlags)[number];

/** Where the page is, as the address after `#` says: a reload, a bookmark and the back button lead to the same place. */
export interface Route {
  readonly view: ViewName;
  /** Of a letter, a run or a trace. */
  readonly id?: string;
  readonly filter: LetterFilter;
  /** "all": whatever the filter matches. */
  readonly selected: "all" | readonly string[];
  readonly from?: "log" | "queue";
  readonly order?: "oldest";
  readonly edits: readonly Edit[];
  readonly flags: readonly ReplayFlag[];
  readonly perSecond?: number;
}

const empty = { filter: {}, selected: [], edits: [], flags: [] } as const;

/** A route with what is given, and nothing else. */
export function routeTo(view: ViewName, rest: Partial<Route> = {}): Route {
  return { ...empty, ...rest, view };
}

/** Reads the part of an address from `#` on. What it does not know is left out. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
  const [name = "", ...rest] = path.split("/");
  const view = viewNames.find((each) => each === name) ?? "overview";
  const id = decode(rest.join("/"));
  const params = new URLSearchParams(query);
  const filter: { [Name in FilterName]?: readonly string[] } = {};
  for (const each of filterNames) {
    const values = params.getAll(each).filter((value) => value !== "");
    if (values.length > 0) filter[each] = values;
  }
  const selected = params.get("select") ?? "";
  const from = params.get("from");
  const perSecond = Number(params.get("per-second") ?? "");
  return routeTo(view, {
    ...(id !== "" && { id }),
    filter,
    selected: selected === "all" ? "all" : selected.split(",").filter((each) => each !== ""),
    ...((from === "log" || from === "queue") && { from }),
    ...(params.get("order") === "oldest" && { order: "oldest" }),
    edits: [...params].flatMap(([key, value]) =>
      key === "set" || key === "unset" ? [parseEdit(value)] : [],
    ),
    flags: replayFlags.filter((flag) => params.has(flag)),
    ...(perSecond > 0 && { perSecond }),
  });
}

/** The address of a route, from `#` on. */
export function formatRoute(route: Route): string {
  const params = new URLSearchParams();
  for (const name of filterNames) for (const value of route.filter[name] ?? []) params.append(name, value);
  if (route.selected === "all") params.set("select", "all");
  else if (route.selected.length > 0) params.set("select", route.selected.join(","));
  if (route.from) params.set("from", route.from);
  if (route.order) params.set("order", route.order);
  for (const { path, json } of route.edits)
    if (json === undefined) params.append("unset", path);
    else params.append("set", `${path}:=${json}`);
  for (const flag of route.flags) params.set(flag, "");
  if (route.perSecond !== undefined) params.set("per-second", String(route.perSecond));
  const view = route.view === "overview" ? "" : route.view;
  const place = route.id === undefined ? view : `${view}/${encodeURIComponent(route.id)}`;
  const query = params
    .toString()
    .replaceAll("%2C", ",")
    .replaceAll("%3A", ":")
    .replaceAll("%2F", "/")
    .replaceAll(/=(?=&|$)/g, "");
  return `#/${place}${query === "" ? "" : `?${query}`}`;
}

/** The list in which the letters of a route were selected. */
export function listOf({ filter, from, order, selected }: Route): Route {
  return routeTo("letters", { filter, from, order, selected });
}

/** What the server works on; undefined if nothing is selected. */
export function selectionOf({ selected, filter }: Pick<Route, "selected" | "filter">): Selection | undefined {
  if (selected === "all") return { kind: "filter", filter };
  return selected.length > 0 ? { kind: "ids", ids: selected } : undefined;
}

function parseEdit(text: string): Edit {
  const at = text.indexOf(":=");
  return at < 0 ? { path: text } : { path: text.slice(0, at), json: text.slice(at + 2) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
