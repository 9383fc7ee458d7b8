import { signal } from "@preact/signals";
import type { Cause, Overview } from "../../protocol/overview.ts";
import { call } from "./api.ts";

/** The causes that are known by their ids, which an address holds. */
const causes = signal<ReadonlyMap<string, Cause>>(new Map());
let isAsking = false;

export function rememberCauses({ groups }: Overview): void {
  causes.value = new Map(groups.map((group) => [group.id, group]));
}

/** What a person calls a cause; until it is known, its id. */
export function causeName(id: string): string {
  const cause = causes.value.get(id);
  if (!cause) {
    void askOnce();
    return id;
  }
  const { reason, detail, place, source } = cause;
  return [
    reason,
    detail?.kind === "violation" ? detail.path : detail?.name,
    place && `→ ${place.kind} ${place.id}`,
    source !== undefined && `from ${source}`,
  ]
    .filter(Boolean)
    .join(" ");
}

async function askOnce(): Promise<void> {
  if (isAsking || causes.peek().size > 0) return;
  isAsking = true;
  // Without an answer the id is shown; the overview says what is wrong.
  await call("GET /api/overview", {}).then(rememberCauses, () => {});
  isAsking = false;
}
