import { useSignal } from "@preact/signals";

/** The command that does the same as the page, to copy. */
export function CommandLine({
  text,
  label = "The same on the command line",
}: {
  readonly text: string;
  readonly label?: string;
}) {
  const state = useSignal<"ready" | "copied" | "refused">("ready");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      state.value = "copied";
    } catch {
      state.value = "refused";
    }
    setTimeout(() => {
      state.value = "ready";
    }, 1500);
  };
  const words = { ready: "Copy", copied: "Copied", refused: "Select it and press Ctrl+C" };
  return (
    <div class="command-line">
      <span class="prompt mono" aria-hidden="true">
        $
      </span>
      <input
        class="mono"
        readOnly
        value={text}
        aria-label={label}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="quiet" onClick={copy} aria-live="polite">
        {words[state.value]}
      </button>
    </div>
  );
}
