import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { adjust, go, route } from "../state/address.ts";
import type { LetterRows } from "../state/letter-rows.ts";
import { type ChangeView, formatRoute, routeTo } from "../state/route.ts";

export interface LetterList {
  /** The number of the row that keys act on. */
  readonly active: number;
  move(to: number): void;
  open(index: number): void;
  /** Selects a row, or not; with `isRange` all from the last one that was selected. */
  toggle(index: number, isRange?: boolean): void;
  /** Goes on with what is selected, or with the active row. */
  actOn(view: ChangeView): void;
}

/** What one does with the rows of a list. */
export function useLetterList(rows: LetterRows, canSelect: boolean): LetterList {
  const { active, move } = useActiveRow(rows);
  const anchor = useSignal(0);
  const idAt = (index: number) => rows.rowAt(index)?.id;
  return {
    active,
    move,
    open(index) {
      const id = idAt(index);
      rememberActive(index);
      if (id !== undefined) go({ ...route.value, view: "letter", id });
    },
    toggle(index, isRange = false) {
      if (!canSelect) return;
      const first = isRange ? Math.min(anchor.value, index) : index;
      const last = isRange ? Math.max(anchor.value, index) : index;
      anchor.value = index;
      void rows.want(first, last).then(() => {
        const range = Array.from({ length: last - first + 1 }, (_, at) => idAt(first + at));
        select(
          range.filter((id) => id !== undefined),
          isRange,
        );
      });
    },
    actOn(view) {
      const { filter, from, order, selected } = route.value;
      const id = idAt(active);
      if (selected === "all" || selected.length > 0) go(routeTo(view, { filter, from, order, selected }));
      else if (id !== undefined && canSelect) go(routeTo(view, { filter, from, order, selected: [id] }));
    },
  };
}

/** One row that is selected already is so no longer; a range only adds. */
function select(ids: readonly string[], isRange: boolean): void {
  const { selected } = route.value;
  const chosen = new Set(selected === "all" ? [] : selected);
  const isRemoval = !isRange && ids.every((id) => chosen.has(id));
  for (const id of ids) {
    if (isRemoval) chosen.delete(id);
    else chosen.add(id);
  }
  adjust({ selected: [...chosen] });
}

/** The row that keys act on. What is new moves the others: the same letter stays the active one. */
function useActiveRow(rows: LetterRows) {
  const total = rows.head.value?.total;
  const { value: version } = rows.version;
  const active = useSignal(restoreActive());
  const activeId = useRef<string | undefined>(undefined);
  const move = (to: number) => {
    active.value = Math.min(Math.max(0, to), Math.max(0, (total ?? 0) - 1));
    activeId.current = rows.rowAt(active.value)?.id;
    rememberActive(active.value);
  };
  useEffect(() => {
    if (total !== undefined && active.value >= total) active.value = Math.max(0, total - 1);
  }, [total, active]);
  useEffect(() => {
    const moved = activeId.current === undefined ? undefined : rows.indexOf(activeId.current);
    if (version > 1 && moved !== undefined) active.value = moved;
  }, [version, rows, active]);
  activeId.current ??= rows.rowAt(active.value)?.id;
  return { active: active.value, move };
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
