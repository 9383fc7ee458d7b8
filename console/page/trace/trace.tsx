import { useSignal } from "@preact/signals";
import { ReadAt } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { Key } from "../parts/key.tsx";
import { Failure } from "../parts/notice.tsx";
import { Id, Text } from "../parts/text.tsx";
import { go } from "../state/address.ts";
import { call } from "../state/api.ts";
import { useKeys } from "../state/keys.ts";
import { useLoad } from "../state/load.ts";
import { routeTo } from "../state/route.ts";
import { Chain } from "./chain.tsx";
import { TraceBody } from "./timeline.tsx";

/** The life of an intent, or of all intents of a contact. */
export function TraceView({ id }: { readonly id: string | undefined }) {
  const typed = useSignal(id ?? "");
  /** The id about which Connect was asked: each question counts against the quota of its API. */
  const checked = useSignal<string | undefined>(undefined);
  const asksConnect = id !== undefined && checked.value === id;
  const { state, reload } = useLoad(id === undefined ? undefined : `${asksConnect} ${id}`, (signal) =>
    call("GET /api/trace", { query: { id: id ?? "", ...(asksConnect && { check: "true" }) } }, signal),
  );
  const ask = () => {
    if (asksConnect) reload();
    else checked.value = id;
  };
  useKeys([
    { key: "u", text: "Read the logs again", run: reload },
    { key: "c", text: "Ask Connect about the chain", run: ask },
  ]);
  const { value: trace, failure, isLoading } = state.value;
  return (
    <>
      <h1>Trace</h1>
      <form
        class="trace-form"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = typed.value.trim();
          if (wanted !== "") go(routeTo("trace", { id: wanted }));
        }}
      >
        <label for="trace-id">Intent id, contact id, client token or message id</label>
        <div class="row">
          <input
            id="trace-id"
            class="mono"
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
            autocomplete="off"
            spellcheck={false}
          />
          <button type="submit" class="primary">
            Trace
          </button>
        </div>
      </form>
      <Failure failure={failure} />
      {id !== undefined && (
        <section class="panel" aria-labelledby="traced">
          <header class="panel-head">
            <h2 id="traced">
              <Id value={id} />
            </h2>
            {trace && <ReadAt at={trace.readAt} of="logs" />}
            <span class="spread" />
            <button type="button" class="quiet" onClick={ask} disabled={isLoading}>
              Ask Connect <Key name="c" />
            </button>
            <button type="button" class="quiet" onClick={reload} disabled={isLoading}>
              {isLoading ? "Reading…" : "Read again"} <Key name="u" />
            </button>
          </header>
          {trace && <Chain chain={trace.chain} tracedId={trace.id} />}
          {trace?.verdicts?.map((verdict) => (
            <p key={verdict}>
              <Text value={verdict} />
            </p>
          ))}
          {trace ? <TraceBody trace={trace} /> : isLoading && <p class="muted">Reading the logs…</p>}
        </section>
      )}
      {trace && <CommandLine text={trace.commandLine} />}
    </>
  );
}
