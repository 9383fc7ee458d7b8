import { useSignal } from "@preact/signals";
import { type FilterName, filterNames, type LetterFilter } from "../../protocol/filters.ts";
import { Text } from "../parts/text.tsx";
import { visibleText } from "../parts/visible-text.ts";
import { adjust, route } from "../state/address.ts";
import { causeName } from "../state/causes.ts";
import { session } from "../state/session.ts";

/** The filters of the address, which are those of the command line: each can be removed, and one added. */
export function FilterBar() {
  const { filter } = route.value;
  const name = useSignal<FilterName>("reason");
  const value = useSignal("");
  const filters = session.value?.filters ?? [];
  const description = filters.find((each) => each.name === name.value)?.description ?? "";
  const set = (changed: LetterFilter) => adjust({ filter: changed, selected: [] });
  const add = (event: Event) => {
    event.preventDefault();
    const text = value.value.trim();
    if (text === "") return;
    set({ ...filter, [name.value]: [...(filter[name.value] ?? []).filter((each) => each !== text), text] });
    value.value = "";
  };
  const given = filterNames.flatMap((each) => (filter[each] ?? []).map((text) => ({ name: each, text })));
  const without = (removed: { readonly name: FilterName; readonly text: string }) => {
    const { [removed.name]: values = [], ...others } = filter;
    const left = values.filter((each) => each !== removed.text);
    set(left.length > 0 ? { ...others, [removed.name]: left } : others);
  };
  return (
    <form class="filter-bar" onSubmit={add} aria-label="Filter">
      <label>
        <span class="hidden-text">Filter by</span>
        <select
          value={name.value}
          onChange={(event) => {
            name.value = filterNames.find((each) => each === event.currentTarget.value) ?? "reason";
          }}
        >
          {filters
            .filter((each) => each.name !== "cause")
            .map((each) => (
              <option key={each.name} value={each.name}>
                {each.name}
              </option>
            ))}
        </select>
      </label>
      <label class="filter-value">
        <span class="hidden-text">{description || "Value"}</span>
        <input
          id="filter-value"
          value={value.value}
          placeholder={description}
          list={name.value === "reason" ? "reasons" : undefined}
          onInput={(event) => {
            value.value = event.currentTarget.value;
          }}
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <datalist id="reasons">
        {(session.value?.reasons ?? []).map(({ reason }) => (
          <option key={reason} value={reason} />
        ))}
      </datalist>
      <button type="submit">Add</button>
      <ul class="chips" aria-label="Filters">
        {given.map((each) => (
          <li key={`${each.name} ${each.text}`} class="chip">
            <span class="muted">{each.name}</span>{" "}
            <Text value={each.name === "cause" ? causeName(each.text) : each.text} class="clip" />
            <button
              type="button"
              aria-label={`Remove the filter ${each.name} ${visibleText(each.text)}`}
              onClick={() => without(each)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {given.length > 1 && (
        <button type="button" class="quiet" onClick={() => set({})}>
          Remove all
        </button>
      )}
    </form>
  );
}
