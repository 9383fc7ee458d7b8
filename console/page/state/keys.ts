import { effect, signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A key, and what it does in the view that is shown. */
export interface Binding {
  /** As `KeyboardEvent.key` names it; `g o` is one after the other. */
  readonly key: string;
  /** What a person reads in the help. */
  readonly text: string;
  readonly run: () => void;
}

/** By the order in which the parts of the page have registered them: the newest part decides first. */
const layers = signal<readonly (readonly Binding[])[]>([]);

const storageKey = "contact-transfer.single-keys";

/** Whether single keys are commands: who dictates or uses another tool of the browser can switch them off. */
export const areKeysOn = signal(localStorage.getItem(storageKey) !== "off");
effect(() => localStorage.setItem(storageKey, areKeysOn.value ? "on" : "off"));

/** All bindings that work now, each key once. */
export function activeBindings(): readonly Binding[] {
  const byKey = new Map<string, Binding>();
  for (const binding of layers.value.toReversed().flat())
    if (!byKey.has(binding.key)) byKey.set(binding.key, binding);
  return [...byKey.values()];
}

/** Makes keys work while the calling component is shown. */
export function useKeys(bindings: readonly Binding[]): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  const keys = bindings.map(({ key, text }) => `${key}\n${text}`).join("\n");
  // Before the browser shows the view: a key that is pressed then is meant for it.
  useLayoutEffect(() => {
    const layer = latest.current.map(({ key, text }) => ({
      key,
      text,
      run: () => latest.current.find((binding) => binding.key === key)?.run(),
    }));
    layers.value = [...layers.peek(), layer];
    return () => {
      layers.value = layers.peek().filter((other) => other !== layer);
    };
  }, [keys]);
}

/** How long after `g` the second key counts. */
const sequenceMs = 1500;
let prefix = { key: "", at: 0 };

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { target, key } = event;
  const element = target instanceof Element ? target : document.body;
  const isTyping = element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  if (isTyping) {
    if (key === "Escape" && element instanceof HTMLElement) element.blur();
    return;
  }
  if (document.querySelector("dialog[open]") || (!areKeysOn.peek() && key.length === 1 && key !== "?"))
    return;
  // These keys already mean something where the focus is.
  if ((key === "Enter" || key === " ") && element.matches("a, button, summary, input")) return;
  const isSecond = prefix.key !== "" && event.timeStamp - prefix.at < sequenceMs;
  const typed = isSecond ? `${prefix.key} ${key}` : key;
  prefix = { key: "", at: 0 };
  const bindings = activeBindings();
  const found = bindings.find((binding) => binding.key === typed);
  if (found) {
    event.preventDefault();
    found.run();
  } else if (bindings.some((binding) => binding.key.startsWith(`${typed} `))) {
    prefix = { key: typed, at: event.timeStamp };
  }
});
