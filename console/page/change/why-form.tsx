import { useSignal } from "@preact/signals";
import { canWrite, isReadingQueue, operatorText, session } from "../state/session.ts";

/** Leads to the field for the reason, the last step before anything changes. */
export function focusWhy(): void {
  document.getElementById("why")?.focus();
}

interface WhyFormProps {
  readonly action: string;
  readonly isDangerous?: boolean;
  /** False while the plan that is shown is not that of the options that are chosen. */
  readonly isReady?: boolean;
  readonly onSubmit: (why: string) => Promise<void>;
}

/** Nothing changes without a reason: the audit file holds it beside who and when. */
export function WhyForm({ action, isDangerous = false, isReady = true, onSubmit }: WhyFormProps) {
  const why = useSignal("");
  const isBusy = useSignal(false);
  const info = session.value;
  // The server refuses a run meanwhile.
  const isReading = isReadingQueue.value;
  const canStart = isReady && !isReading && !isBusy.value;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!canStart) return;
    isBusy.value = true;
    await onSubmit(why.value.trim());
    isBusy.value = false;
  };
  if (!canWrite.value) return null;
  return (
    <form class="panel why" onSubmit={submit}>
      <label for="why">Why</label>
      <input
        id="why"
        value={why.value}
        required
        maxLength={500}
        placeholder="for the audit file: a ticket, what was fixed"
        onInput={(event) => {
          why.value = event.currentTarget.value;
        }}
        autocomplete="off"
      />
      <button
        type="submit"
        class={isDangerous ? "primary dangerous" : "primary"}
        disabled={!canStart || why.value.trim() === ""}
      >
        {isReading ? "Reading the queue…" : isReady ? action : "Planning again…"}
      </button>
      {info && (
        <p class="about muted">
          Recorded in {info.auditFile} as {operatorText(info)}.
        </p>
      )}
    </form>
  );
}
