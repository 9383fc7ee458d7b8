import { signal } from "@preact/signals";
import { formatRoute, parseRoute, type Route } from "./route.ts";

/** Where the page is now. */
export const route = signal<Route>(parseRoute(location.hash));

addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash);
});

/** Goes to another place, which the back button leaves again. */
export function go(to: Route): void {
  location.hash = formatRoute(to);
}

/** Changes the address of the same place: a filter that is being typed, a selection. */
export function adjust(change: Partial<Route>): void {
  const to = { ...route.value, ...change };
  history.replaceState(history.state, "", formatRoute(to));
  route.value = to;
}
