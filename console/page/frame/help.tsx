import { Dialog } from "../parts/dialog.tsx";
import { activeBindings, areKeysOn } from "../state/keys.ts";
import { operatorText, session } from "../state/session.ts";

/** The keys that work in this view, and in every view. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const info = session.value;
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {bindingsByText().map(({ text, keys }) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key.split(" ").map(nameOf).join(" ")}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={areKeysOn.value}
          onChange={(event) => (areKeysOn.value = event.currentTarget.checked)}
        />
        <span>
          Single keys are commands.{" "}
          <span class="muted">Without this, only ? and the keys of your browser work.</span>
        </span>
      </label>
      {info && (
        <p class="muted">
          contact-transfer {info.version}, as {operatorText(info)}.{" "}
          {info.canWrite ? `Each change is recorded in ${info.auditFile}.` : "Read-only."} The program ends
          after {info.idleMinutes} minutes without a visible page.
        </p>
      )}
    </Dialog>
  );
}

/** Keys that do the same stand together. */
function bindingsByText(): readonly { readonly text: string; readonly keys: readonly string[] }[] {
  const byText = Map.groupBy(activeBindings(), ({ text }) => text);
  return Array.from(byText, ([text, bindings]) => ({ text, keys: bindings.map(({ key }) => key) }));
}

const names: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  PageDown: "Page ↓",
  PageUp: "Page ↑",
  Escape: "Esc",
};

function nameOf(key: string): string {
  return names[key] ?? key;
}
