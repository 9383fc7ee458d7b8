import { useSignal } from "@preact/signals";
import type { Readiness } from "../state/load.ts";
import { canWrite, isReadingQueue, operatorText, session } from "../state/session.ts";

/** Leads to the field for the reason, the last step before anything changes. */
export function focusWhy(): void {
  document.getElementById("why")?.focus();
}

interface WhyFormProps {
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Of the plan of what is chosen: another one may be shown until it is there. */
  readonly readiness?: Readiness;
  readonly onSubmit: (why: string) => Promise<void>;
}

/**
 * Nothing changes without a reason: the audit file holds it beside who and when. What is started before the plan is there is
 * not started later, because nobody has seen that plan.
 */
export function WhyForm({ action, isDangerous = false, readiness = "ready", onSubmit }: WhyFormProps) {
  const why = useSignal("");
  const isBusy = useSignal(false);
  const wasEarly = useSignal(false);
  const info = session.value;
  // The server refuses a run meanwhile.
  const isReading = isReadingQueue.value;
  const wait = isReading ? waits.reading : waits[readiness];
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy.value) return;
    wasEarly.value = wait !== undefined;
    if (wasEarly.value) return;
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
        pattern=".*\S.*"
        title="A reason, such as a ticket"
        maxLength={500}
        placeholder="for the audit file: a ticket, what was fixed"
        onInput={(event) => {
          why.value = event.currentTarget.value;
        }}
        autocomplete="off"
      />
      {/* Not `disabled`: that would keep Enter from saying why nothing happens. */}
      <button
        type="submit"
        class={isDangerous ? "primary dangerous" : "primary"}
        aria-disabled={wait !== undefined || isBusy.value || why.value.trim() === ""}
      >
        {wait?.label ?? action}
      </button>
      <p class="about" role="status">
        {wasEarly.value &&
          (wait?.told ?? "Not started yet: look at the plan as it is now, then press Enter.")}
      </p>
      {info && (
        <p class="about muted">
          Recorded in {info.auditFile} as {operatorText(info)}.
        </p>
      )}
    </form>
  );
}

/** What a start must wait for. */
const waits = {
  reading: {
    label: "Reading the queue…",
    told: "Not started: the queue is being read, and then planned again.",
  },
  loading: {
    label: "Planning again…",
    told: "Not started: the plan is being made again.",
  },
  failed: {
    label: "No plan",
    told: "Not started: what is chosen could not be planned. The reason is above.",
  },
  ready: undefined,
} as const;
