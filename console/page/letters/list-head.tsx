import type { LetterPage } from "../../protocol/letters.ts";
import { ReadAt } from "../parts/age.tsx";
import { ReadQueueButton } from "../parts/read-queue-button.tsx";
import { formatCount } from "../parts/time.ts";
import { adjust, route } from "../state/address.ts";
import { session } from "../state/session.ts";

/** How many there are, where they come from and how old that is, and in which order they stand. */
export function ListHead({ head }: { readonly head: Omit<LetterPage, "rows"> | undefined }) {
  const { order } = route.value;
  const source = head?.freshness?.source;
  return (
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
  );
}
