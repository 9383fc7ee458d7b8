import { signal } from "@preact/signals";

const query = matchMedia("(max-width: 900px)");

/** Whether a row of the list takes two lines. */
export const isNarrow = signal(query.matches);
query.addEventListener("change", () => {
  isNarrow.value = query.matches;
});
