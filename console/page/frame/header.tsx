import { Key } from "../parts/key.tsx";
import { Text } from "../parts/text.tsx";
import { go, route } from "../state/address.ts";
import { formatRoute, routeTo, type ViewName } from "../state/route.ts";
import { now, session } from "../state/session.ts";

const places = [
  { view: "overview", text: "Overview", holds: ["overview"] },
  {
    view: "letters",
    text: "Dead letters",
    holds: ["letters", "letter", "edit", "replay", "discard", "resolve"],
  },
  { view: "runs", text: "Runs", holds: ["runs"] },
  { view: "trace", text: "Trace", holds: ["trace"] },
] as const satisfies readonly { view: ViewName; text: string; holds: readonly ViewName[] }[];

/** Where one is: which stack, which view, and what this console may do. */
export function Header({ onHelp }: { readonly onHelp: () => void }) {
  const info = session.value;
  const { view } = route.value;
  const count = now.value?.deadLetters.total;
  return (
    <header class="header">
      <a class="brand" href={formatRoute(routeTo("overview"))}>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path d="M3 6h9m0 0L9 3m3 3L9 9M17 14H8m0 0 3-3m-3 3 3 3" />
        </svg>
        {info ? <Text value={info.stack ?? "Queues by URL"} class="stack" /> : "contact-transfer"}
      </a>
      {info && (
        <span class="where muted">
          {info.isLocal ? "this machine" : [info.account, info.region].filter(Boolean).join(" · ")}
        </span>
      )}
      <nav aria-label="Views">
        {places.map((place) => (
          <a
            key={place.view}
            href={formatRoute(routeTo(place.view))}
            aria-current={place.holds.some((each) => each === view) ? "page" : undefined}
          >
            {place.text}
            {place.view === "letters" && count !== undefined && count > 0 && (
              <span class="badge">{count}</span>
            )}
          </a>
        ))}
      </nav>
      <search class="search">
        <form onSubmit={search}>
          <label for="search" class="hidden-text">
            Search for an intent, contact, client token or message
          </label>
          <input
            id="search"
            name="id"
            type="search"
            placeholder="intent, contact, token"
            autocomplete="off"
            spellcheck={false}
          />
          <Key name="/" />
        </form>
      </search>
      {info && (
        <span
          class={`mode ${info.canWrite ? "is-write" : ""}`}
          title={
            info.canWrite
              ? `Changes are recorded in ${info.auditFile}`
              : "Start the console with --write to replay, edit, resolve and discard"
          }
        >
          {info.canWrite ? "Write" : "Read-only"}
        </span>
      )}
      <button type="button" class="quiet help-button" onClick={onHelp} aria-label="Show the keys">
        <Key name="?" />
      </button>
    </header>
  );
}

function search(event: SubmitEvent) {
  event.preventDefault();
  const form = event.currentTarget;
  if (!(form instanceof HTMLFormElement)) return;
  const id = String(new FormData(form).get("id") ?? "").trim();
  if (id === "") return;
  form.reset();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  go(routeTo("trace", { id }));
}
