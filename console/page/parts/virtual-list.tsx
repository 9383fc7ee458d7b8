import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

interface VirtualListProps {
  readonly count: number;
  readonly rowHeight: number;
  readonly label: string;
  readonly columns: number;
  /** The row that keys act on; it is scrolled into view when it changes. */
  readonly active: number;
  readonly header: ComponentChildren;
  /** A row: `role="row"` with an id from `rowId`. */
  readonly render: (index: number) => ComponentChildren;
  readonly onVisible: (first: number, last: number) => void;
}

/** Rows beyond the edge that are there before they are scrolled to. */
const margin = 8;

export function rowId(index: number): string {
  return `row-${index}`;
}

/** A grid of which only the rows in view exist. */
export function VirtualList({
  count,
  rowHeight,
  label,
  columns,
  active,
  header,
  render,
  onVisible,
}: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useSignal({ top: 0, height: 600 });
  const first = Math.max(0, Math.floor(view.value.top / rowHeight) - margin);
  const last = Math.min(count - 1, Math.ceil((view.value.top + view.value.height) / rowHeight) + margin);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      view.value = { top: element.scrollTop, height: element.clientHeight };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [view]);
  useEffect(() => {
    if (count > 0) onVisible(first, last);
  }, [first, last, count, onVisible]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || count === 0) return;
    const top = active * rowHeight;
    const room = element.clientHeight - headerHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + room) element.scrollTop = top + rowHeight - room;
  }, [active, rowHeight, count]);

  // Who comes to the list by keyboard is in it: its rows are read aloud as they become active.
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.id === "main")
      box.current?.focus({ preventScroll: true });
  }, []);

  const isActiveThere = active >= first && active <= last && count > 0;
  return (
    <div
      ref={box}
      class="virtual-list"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns}
      aria-multiselectable="true"
      aria-activedescendant={isActiveThere ? rowId(active) : undefined}
      tabIndex={0}
    >
      {header}
      <div class="virtual-rows" role="rowgroup" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (
          <div
            key={first + index}
            class="virtual-row"
            role="presentation"
            style={{ transform: `translateY(${(first + index) * rowHeight}px)`, height: `${rowHeight}px` }}
          >
            {render(first + index)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The head of the grid stays in view above its rows. */
const headerHeight = 30;
