import type { Selection } from "../../protocol/filters.ts";
import type { ReplayRequest } from "../../protocol/plans.ts";
import { letterRows } from "./letter-rows.ts";
import { type Route, selectionOf } from "./route.ts";

/** What the server plans and runs, as the address says. Undefined if nothing is selected. */
export function replayRequestOf(route: Route): ReplayRequest | undefined {
  const selection = selectionOf(route);
  if (!selection) return undefined;
  const { edits, flags, perSecond } = route;
  const has = (flag: Route["flags"][number]) => flags.includes(flag) || undefined;
  return {
    selection,
    ...(edits.length > 0 && { edits }),
    check: has("check"),
    renew: has("renew"),
    newIdentity: has("new-identity"),
    ignoreExpiresAt: has("ignore-expires-at"),
    acceptUnknownEffect: has("accept-unknown-effect"),
    includeInvalid: has("include-invalid"),
    perSecond,
  };
}

/** A letter of the selection, as an example of it. */
export function exampleId(route: Route, selection: Selection | undefined): string | undefined {
  if (selection?.kind === "ids") return selection.ids[0];
  if (!selection) return undefined;
  const rows = letterRows({ filter: route.filter, from: "queue", order: route.order });
  rows.version.value;
  return rows.rowAt(0)?.id;
}
