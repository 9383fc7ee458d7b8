import type { ComponentChildren } from "preact";
import type { ApiFailure } from "../state/api.ts";
import { formatRoute, routeTo } from "../state/route.ts";
import { ReadQueueButton } from "./read-queue-button.tsx";
import { Text } from "./text.tsx";

interface NoticeProps {
  readonly kind: "note" | "warning" | "bad" | "good";
  readonly children: ComponentChildren;
}

/** Something that must be known, beside what it is about. */
export function Notice({ kind, children }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}`} role={kind === "bad" ? "alert" : "note"}>
      {children}
    </div>
  );
}

/** What could not be read or done, why, and what helps. */
export function Failure({ failure }: { readonly failure: ApiFailure | undefined }) {
  if (!failure) return null;
  return (
    <Notice kind="bad">
      <Text value={failure.message} />
      {failure.hint !== undefined && (
        <>
          {" "}
          <Text value={failure.hint} />
        </>
      )}
      {(failure.code === "NotRead" || failure.code === "NoSuchLetter") && (
        <div class="actions">
          <ReadQueueButton />
        </div>
      )}
      {failure.code === "NoSuchRun" && (
        <div class="actions">
          <a class="button" href={formatRoute(routeTo("runs"))}>
            All runs
          </a>
          <a class="button" href={formatRoute(routeTo("letters"))}>
            Dead letters
          </a>
        </div>
      )}
    </Notice>
  );
}
