import { useCallback, useEffect, useMemo } from "preact/hooks";
import { Failure, Notice } from "../parts/notice.tsx";
import { Text } from "../parts/text.tsx";
import { VirtualList } from "../parts/virtual-list.tsx";
import { adjust, route } from "../state/address.ts";
import { useKeys } from "../state/keys.ts";
import { letterRows } from "../state/letter-rows.ts";
import { isNarrow } from "../state/screen.ts";
import { readQueue, session } from "../state/session.ts";
import { FilterBar } from "./filter-bar.tsx";
import { columnCount, LetterHead, LetterLine } from "./letter-line.tsx";
import { ListHead } from "./list-head.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { type LetterList, useLetterList } from "./use-letter-list.ts";

const refreshMs = 15_000;
const rowHeight = { wide: 32, narrow: 58 };

/** Dead letters as a list of any length, to look through, choose from and act on. */
export function LettersView() {
  const { filter, from, order, selected } = route.value;
  const rows = letterRows({ filter, from, order });
  const { value: head } = rows.head;
  const total = head?.total ?? 0;
  const canSelect = head?.freshness?.source === "queue";
  const list = useLetterList(rows, canSelect);
  useListKeys(list, total);
  const onVisible = useCallback((first: number, last: number) => rows.look(first, last), [rows]);
  const chosen = useMemo(() => new Set(selected === "all" ? [] : selected), [selected]);
  const isSelected = (id = "") => selected === "all" || chosen.has(id);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) rows.refresh();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [rows]);

  return (
    <>
      <ListHead head={head} />
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
      {head && total > 0 && (
        <>
          <VirtualList
            count={total}
            rowHeight={isNarrow.value ? rowHeight.narrow : rowHeight.wide}
            label="Dead letters"
            columns={columnCount}
            active={list.active}
            header={<LetterHead />}
            onVisible={onVisible}
            render={(index) => (
              <LetterLine
                row={rows.rowAt(index)}
                index={index}
                isActive={index === list.active}
                isSelected={isSelected(rows.rowAt(index)?.id)}
                canSelect={canSelect}
                onToggle={(isRange) => list.toggle(index, isRange)}
                onOpen={() => list.open(index)}
                onActivate={() => list.move(index)}
              />
            )}
          />
          <SelectionBar
            total={total}
            canSelect={canSelect}
            listCommand={head.listCommand}
            selected={selected}
          />
        </>
      )}
    </>
  );
}

function useListKeys({ active, move, open, toggle, actOn }: LetterList, total: number): void {
  useKeys([
    { key: "j", text: "Next dead letter", run: () => move(active + 1) },
    { key: "k", text: "Previous dead letter", run: () => move(active - 1) },
    { key: "ArrowDown", text: "Next dead letter", run: () => move(active + 1) },
    { key: "ArrowUp", text: "Previous dead letter", run: () => move(active - 1) },
    { key: "PageDown", text: "20 down", run: () => move(active + 20) },
    { key: "PageUp", text: "20 up", run: () => move(active - 20) },
    { key: "Home", text: "The first", run: () => move(0) },
    { key: "End", text: "The last", run: () => move(total - 1) },
    { key: "Enter", text: "Open", run: () => open(active) },
    { key: "x", text: "Select, or not", run: () => toggle(active) },
    { key: "X", text: "Select from the last one to here", run: () => toggle(active, true) },
    { key: "a", text: "Select all that match", run: () => adjust({ selected: "all" }) },
    { key: "Escape", text: "Select none", run: () => adjust({ selected: [] }) },
    { key: "r", text: "Replay the selected ones, or this one", run: () => actOn("replay") },
    { key: "e", text: "Edit the selected ones, or this one", run: () => actOn("edit") },
    { key: "d", text: "Discard the selected ones, or this one", run: () => actOn("discard") },
    {
      key: "u",
      text: "Resolve unknown effects, of the selected ones or this one",
      run: () => actOn("resolve"),
    },
    { key: "f", text: "Filter", run: () => document.getElementById("filter-value")?.focus() },
    { key: "R", text: "Read the queue", run: () => void readQueue() },
  ]);
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
