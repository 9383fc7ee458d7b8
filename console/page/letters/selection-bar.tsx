import { CommandLine } from "../parts/command-line.tsx";
import { Key } from "../parts/key.tsx";
import { formatCount, plural } from "../parts/time.ts";
import { adjust, route } from "../state/address.ts";
import { type ChangeView, formatRoute, routeTo } from "../state/route.ts";
import { canWrite } from "../state/session.ts";

interface SelectionBarProps {
  readonly total: number;
  readonly canSelect: boolean;
  readonly listCommand: string;
  readonly selected: "all" | readonly string[];
}

/** How many are selected, and what can be done with them. */
export function SelectionBar({ total, canSelect, listCommand, selected }: SelectionBarProps) {
  const { filter, from, order } = route.value;
  const count = selected === "all" ? total : selected.length;
  const to = (view: ChangeView) => formatRoute(routeTo(view, { filter, from, order, selected }));
  return (
    <footer class="selection-bar">
      {count === 0 ? (
        <>
          <button type="button" class="quiet" onClick={() => adjust({ selected: "all" })}>
            Select all {formatCount(total)} that match <Key name="a" />
          </button>
          {!canSelect && <span class="muted">To choose single ones, read the queue.</span>}
          <span class="spread" />
          <CommandLine text={listCommand} />
        </>
      ) : (
        <>
          <strong aria-live="polite">
            {selected === "all"
              ? `All ${plural(count, "dead letter")} that match`
              : `${formatCount(count)} selected`}
          </strong>
          <a class="button" href={to("replay")}>
            {canWrite.value ? "Replay…" : "Plan a replay"} <Key name="r" />
          </a>
          <a class="button" href={to("edit")}>
            Edit… <Key name="e" />
          </a>
          <a class="button" href={to("discard")}>
            Discard… <Key name="d" />
          </a>
          <a class="button" href={to("resolve")}>
            Resolve… <Key name="u" />
          </a>
          <button type="button" class="quiet" onClick={() => adjust({ selected: [] })}>
            None <Key name="Esc" />
          </button>
          {selected !== "all" && count < total && (
            <button type="button" class="quiet" onClick={() => adjust({ selected: "all" })}>
              All {formatCount(total)} that match <Key name="a" />
            </button>
          )}
        </>
      )}
    </footer>
  );
}
