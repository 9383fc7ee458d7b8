import { UsageError } from "../../cli/errors.ts";
import type { Condition } from "../../operate/letters/filters.ts";
import { hasOneOfIds } from "../../operate/letters/filters.ts";
import type { AskedReplay } from "../../operate/prepare-replay.ts";
import { parseSet, parseUnset } from "../../operate/replay/edit-body.ts";
import { conditionsOf } from "../letters/read-filter.ts";
import type { Selection } from "../protocol/filters.ts";
import type { ReplayRequest } from "../protocol/plans.ts";

/** A request of the page in the words of `dlq replay`. @throws UsageError */
export function askedReplay({
  edits = [],
  check = false,
  selection: _,
  ...options
}: ReplayRequest): AskedReplay {
  return {
    ...options,
    check,
    edits: edits.map(({ path, json }) => {
      if (!path.startsWith("/")) throw new UsageError(`The path ${path} of an edit is not a JSON pointer.`);
      return json === undefined ? parseUnset(path) : parseSet(`${path}:=${json}`);
    }),
  };
}

/** A selection of the page in the words of the command line. @throws UsageError */
export function selectionOf(selection: Selection): { conditions: readonly Condition[]; limit?: number } {
  if (selection.kind === "filter")
    return { conditions: conditionsOf(selection.filter), limit: selection.limit };
  return { conditions: [hasOneOfIds(selection.ids)] };
}
