import { useSignal } from "@preact/signals";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { ReadAt } from "../parts/age.tsx";
import { Failure, Notice } from "../parts/notice.tsx";
import { ReadQueueButton } from "../parts/read-queue-button.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time.ts";
import { VirtualList } from "../parts/virtual-list.tsx";
import { adjust, go, route } from "../state/address.ts";
import { useKeys } from "../state/keys.ts";
import { letterRows } from "../state/letter-rows.ts";
import { formatRoute, routeTo } from "../state/route.ts";
import { isNarrow } from "../state/screen.ts";
import { readQueue, session } from "../state/session.ts";
import { FilterBar } from "./filter-bar.tsx";
import { columnCount, LetterHead, LetterLine } from "./letter-line.tsx";
import { SelectionBar } from "./selection-bar.tsx";

const refreshMs = 15_000;
const rowHeight = { wide: 32, narrow: 58 };

/** Dead letters as a list of any length, to look through, choose from and act on. */
export function LettersView() {
  const { filter, from, order, selected } = route.value;
  const rows = letterRows({ filter, from, order });
  const { value: head } = rows.head;
  const total = head?.total ?? 0;
  const active = useSignal(restoreActive());
  const activeId = useRef<string | undefined>(undefined);
  const anchor = useSignal(0);
  const source = head?.freshness?.source;
  const canSelect = source === "queue";

  useEffect(() => {
    if (head && active.value >= head.total) active.value = Math.max(0, head.total - 1);
  }, [head, active]);

  const move = (to: number) => {
    active.value = Math.min(Math.max(0, to), Math.max(0, total - 1));
    activeId.current = idAt(active.value);
    rememberActive(active.value);
  };
  const idAt = (index: number) => rows.rowAt(index)?.id;
  const open = (index: number) => {
    const id = idAt(index);
    rememberActive(index);
    if (id !== undefined) go({ ...route.value, view: "letter", id });
  };
  const toggle = (index: number, isRange = false) => {
    if (!canSelect) return;
    const [first, last] = isRange ? [anchor.value, index].toSorted((a, b) => a - b) : [index, index];
    anchor.value = index;
    void rows.want(first ?? index, last ?? index).then(() => {
      const range = Array.from({ length: (last ?? index) - (first ?? index) + 1 }, (_, at) =>
        idAt((first ?? index) + at),
      );
      const ids = range.filter((id) => id !== undefined);
      const chosen = new Set(route.value.selected === "all" ? [] : route.value.selected);
      const isRemoval = !isRange && ids.every((id) => chosen.has(id));
      for (const id of ids)
        if (isRemoval) chosen.delete(id);
        else chosen.add(id);
      adjust({ selected: [...chosen] });
    });
  };
  const actOn = (view: "replay" | "edit" | "discard") => {
    const id = idAt(active.value);
    const chosen = route.value.selected;
    if (chosen !== "all" && chosen.length === 0 && (id === undefined || !canSelect)) return;
    const isActiveOnly = chosen !== "all" && chosen.length === 0 && id !== undefined;
    go(routeTo(view, { filter, from, order, selected: isActiveOnly ? [id] : chosen }));
  };
  useKeys([
    { key: "j", text: "Next dead letter", run: () => move(active.value + 1) },
    { key: "k", text: "Previous dead letter", run: () => move(active.value - 1) },
    { key: "ArrowDown", text: "Next dead letter", run: () => move(active.value + 1) },
    { key: "ArrowUp", text: "Previous dead letter", run: () => move(active.value - 1) },
    { key: "PageDown", text: "20 down", run: () => move(active.value + 20) },
    { key: "PageUp", text: "20 up", run: () => move(active.value - 20) },
    { key: "Home", text: "The first", run: () => move(0) },
    { key: "End", text: "The last", run: () => move(total - 1) },
    { key: "Enter", text: "Open", run: () => open(active.value) },
    { key: "x", text: "Select, or not", run: () => toggle(active.value) },
    { key: "X", text: "Select from the last one to here", run: () => toggle(active.value, true) },
    { key: "a", text: "Select all that match", run: () => adjust({ selected: "all" }) },
    { key: "Escape", text: "Select none", run: () => adjust({ selected: [] }) },
    { key: "r", text: "Replay the selected ones, or this one", run: () => actOn("replay") },
    { key: "e", text: "Edit the selected ones, or this one", run: () => actOn("edit") },
    { key: "d", text: "Discard the selected ones, or this one", run: () => actOn("discard") },
    { key: "f", text: "Filter", run: () => document.getElementById("filter-value")?.focus() },
    { key: "R", text: "Read the queue", run: () => void readQueue() },
  ]);
  const onVisible = useCallback((first: number, last: number) => rows.look(first, last), [rows]);
  const { value: version } = rows.version;
  // What is new moves the others: the same letter stays the active one.
  useEffect(() => {
    const moved = activeId.current === undefined ? undefined : rows.indexOf(activeId.current);
    if (version > 1 && moved !== undefined) active.value = moved;
  }, [version, rows, active]);
  activeId.current ??= idAt(active.value);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) rows.refresh();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [rows]);

  return (
    <>
      <header class="list-head">
        <h1>Dead letters</h1>
        <p class="muted">
          {head ? (
            <>
              {formatCount(head.total)}
              {head.total !== head.all && ` of ${formatCount(head.all)}`}
            </>
          ) : (
            "Reading…"
          )}
        </p>
        <fieldset class="segments" aria-label="Where they come from">
          <button
            type="button"
            aria-pressed={source === "queue"}
            onClick={() => adjust({ from: "queue", selected: [] })}
            title="What was in the dead-letter queue when it was read"
          >
            Queue
          </button>
          <button
            type="button"
            aria-pressed={source === "log"}
            disabled={session.value?.hasOutcomeLog === false}
            onClick={() => adjust({ from: "log", selected: [] })}
            title="Failures of 30 days, from the outcome log"
          >
            Outcome log
          </button>
        </fieldset>
        {head?.freshness && (
          <ReadAt at={head.freshness.readAt} of={source === "log" ? "outcome log" : "queue"} />
        )}
        <span class="spread" />
        <button
          type="button"
          class="quiet"
          onClick={() => adjust({ order: order === "oldest" ? undefined : "oldest" })}
        >
          {order === "oldest" ? "Oldest first" : "Newest first"}
        </button>
        <ReadQueueButton />
      </header>
      <FilterBar />
      <Failure failure={rows.failure.value} />
      {head?.freshness?.mayBeMore !== undefined && (
        <Notice kind="warning">
          There may be more: <Text value={head.freshness.mayBeMore} />
        </Notice>
      )}
      {head && !head.freshness && <NotRead from={from} />}
      {head?.freshness && total === 0 && (
        <p class="empty">{head.all === 0 ? "There are none." : "None matches the filter."}</p>
      )}
      {total > 0 && (
        <VirtualList
          count={total}
          rowHeight={isNarrow.value ? rowHeight.narrow : rowHeight.wide}
          label="Dead letters"
          columns={columnCount}
          active={active.value}
          header={<LetterHead />}
          onVisible={onVisible}
          render={(index) => (
            <LetterLine
              row={rows.rowAt(index)}
              index={index}
              isActive={index === active.value}
              isSelected={isSelected(rows.rowAt(index)?.id)}
              canSelect={canSelect}
              onToggle={(isRange) => toggle(index, isRange)}
              onOpen={() => open(index)}
              onActivate={() => move(index)}
            />
          )}
        />
      )}
      {total > 0 && (
        <SelectionBar
          total={total}
          canSelect={canSelect}
          listCommand={head?.listCommand ?? ""}
          selected={selected}
        />
      )}
    </>
  );
}

function isSelected(id: string | undefined): boolean {
  const { selected } = route.value;
  return selected === "all" || (id !== undefined && selected.includes(id));
}

function NotRead({ from }: { readonly from: "log" | "queue" | undefined }) {
  const info = session.value;
  return (
    <div class="empty">
      <p>{from === "log" ? "The outcome log has not been read yet." : "The queue has not been read yet."}</p>
      {info?.costOfLooking !== undefined && <p class="muted">{info.costOfLooking}</p>}
    </div>
  );
}

/** The row that was active at this address: it is so again after a reload, and on the way back from a letter. */
function restoreActive(): number {
  return Number(sessionStorage.getItem(storageKey()) ?? 0) || 0;
}

function rememberActive(index: number): void {
  sessionStorage.setItem(storageKey(), String(index));
}

function storageKey(): string {
  const { filter, from, order } = route.peek();
  return `active ${formatRoute(routeTo("letters", { filter, from, order }))}`;
}
