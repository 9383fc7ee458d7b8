import type { LetterRow } from "../../protocol/letters.ts";
import { Age, Until } from "../parts/age.tsx";
import { Text } from "../parts/text.tsx";
import { rowId } from "../parts/virtual-list.tsx";

const columns = ["", "Failed", "Reason", "Message", "Intent", "Contact", "To", "From", "Replays", "Expires"];
export const columnCount = columns.length;

export function LetterHead() {
  return (
    <div class="letter-head" role="rowgroup">
      <div role="row" class="letter-grid" aria-rowindex={1}>
        {columns.map((name, index) => (
          <span key={name} role="columnheader" aria-colindex={index + 1}>
            {name === "" ? <span class="hidden-text">Selected</span> : name}
          </span>
        ))}
      </div>
    </div>
  );
}

interface LetterLineProps {
  /** Undefined until it has arrived. */
  readonly row: LetterRow | undefined;
  readonly index: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly canSelect: boolean;
  readonly onToggle: (isRange: boolean) => void;
  readonly onOpen: () => void;
  readonly onActivate: () => void;
}

/** A row. Keys act on the grid; a click opens the row, and on its first cell selects it. */
export function LetterLine({
  row,
  index,
  isActive,
  isSelected,
  canSelect,
  onToggle,
  onOpen,
  onActivate,
}: LetterLineProps) {
  const classes = [
    "letter-grid letter-line",
    isActive && "is-active",
    isSelected && "is-selected",
    !row && "is-coming",
  ];
  const select = (event: MouseEvent) => {
    event.stopPropagation();
    onActivate();
    onToggle(event.shiftKey);
  };
  return (
    <div
      role="row"
      id={rowId(index)}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      class={classes.filter(Boolean).join(" ")}
      onClick={row && onOpen}
    >
      {row ? (
        <>
          <span role="gridcell" class="letter-check" onClick={canSelect ? select : undefined}>
            <span class="check" aria-hidden="true" data-disabled={!canSelect} />
          </span>
          <span role="gridcell" class="letter-age">
            <Age at={row.failedAt} />
          </span>
          <span role="gridcell" class="letter-reason clip">
            <Text value={row.reason} />
          </span>
          <span role="gridcell" class="letter-message clip">
            {row.effect === "unknown" && (
              <span class="tag tag-warn tag-first" title="A request may have transferred the contact">
                unknown effect
              </span>
            )}
            <Text value={row.message} />
          </span>
          <Cell name="intent" text={row.intentId} isId />
          <Cell name="contact" text={row.contactId} isId />
          <Cell name="to" text={placeOf(row)} />
          <Cell name="from" text={row.source} />
          <span role="gridcell" class="letter-replays right">
            {row.replays > 0 ? `${row.replays}×` : ""}
          </span>
          <span role="gridcell" class="letter-expires right">
            {row.expiresAt !== undefined && <Until at={row.expiresAt} />}
          </span>
        </>
      ) : (
        <span role="gridcell" class="letter-coming">
          …
        </span>
      )}
    </div>
  );
}

function Cell({
  name,
  text,
  isId = false,
}: {
  readonly name: string;
  readonly text?: string;
  readonly isId?: boolean;
}) {
  return (
    <span role="gridcell" class={`letter-${name} clip ${isId ? "mono" : ""}`}>
      {text !== undefined && <Text value={text} />}
    </span>
  );
}

/** Where the contact was to go: the flow decides if neither a queue nor a user is named. */
function placeOf({
  queueId,
  userId,
  contactFlowId,
}: Pick<LetterRow, "queueId" | "userId" | "contactFlowId">): string | undefined {
  if (queueId !== undefined) return queueId;
  if (userId !== undefined) return `user ${userId}`;
  return contactFlowId === undefined ? undefined : `flow ${contactFlowId}`;
}
