import type { Letter } from "../../protocol/letters.ts";
import type { TimelineEntry, Trace } from "../../protocol/trace.ts";
import { Age, ReadAt } from "../parts/age.tsx";
import { Failure } from "../parts/notice.tsx";
import { Id, Text } from "../parts/text.tsx";
import { formatInstant } from "../parts/time.ts";
import { call } from "../state/api.ts";
import { useLoad } from "../state/load.ts";
import { formatRoute, routeTo } from "../state/route.ts";

/** All lives of a letter's intent: requests, retries, failures, replays. */
export function Timeline({ letter: { id, traceId } }: { readonly letter: Letter }) {
  const { state } = useLoad(traceId, (signal) =>
    call("GET /api/trace", { query: { id: traceId ?? "" } }, signal),
  );
  const { value: trace, failure } = state.value;
  return (
    <section class="panel" aria-labelledby="life">
      <header class="panel-head">
        <h2 id="life">Its life</h2>
        {trace && <ReadAt at={trace.readAt} of="logs" />}
        <span class="spread" />
        {traceId !== undefined && <a href={formatRoute(routeTo("trace", { id: traceId }))}>Trace</a>}
      </header>
      <Failure failure={failure} />
      {traceId === undefined && <p class="muted">Without an outcome log the earlier lives are not known.</p>}
      {traceId !== undefined && !trace && !failure && <p class="muted">Reading…</p>}
      {trace && <TraceBody trace={trace} letterId={id} />}
    </section>
  );
}

interface TraceBodyProps {
  readonly trace: Trace;
  /** The letter that is shown, which needs no link to itself. */
  readonly letterId?: string;
}

/** The intents of a trace, each on a time line. */
export function TraceBody({ trace: { intents, remarks }, letterId }: TraceBodyProps) {
  return (
    <>
      {intents.length === 0 && <p class="muted">Nothing is known of it.</p>}
      {intents.map(({ clientToken, intentId, contactId, state, text, timeline }) => (
        <article key={clientToken ?? intentId ?? contactId ?? text} class="trace-intent">
          {intents.length > 1 && (
            <p>
              <Id value={intentId ?? clientToken ?? "an intent that could not be read"} />
            </p>
          )}
          <p>
            <span class={`dot dot-${dots[state]}`} /> <Text value={text} />
          </p>
          <Entries timeline={timeline} shownLetterId={letterId} />
        </article>
      ))}
      {remarks.map((remark) => (
        <p key={remark} class="muted remark">
          <Text value={remark} />
        </p>
      ))}
    </>
  );
}

const dots = {
  succeeded: "good",
  failed: "bad",
  waiting: "accent",
  retrying: "warn",
  ended: "accent",
} as const;

interface EntriesProps {
  readonly timeline: readonly TimelineEntry[];
  readonly shownLetterId: string | undefined;
}

function Entries({ timeline, shownLetterId }: EntriesProps) {
  return (
    <ol class="timeline">
      {timeline.map(({ at, kind, text, letterId, newContactId }) => (
        <li key={`${at} ${kind} ${text}`} class={`entry-${kind.replace(" ", "-")}`}>
          <p class="entry-time">
            <span class="mono">{formatInstant(at)}</span>{" "}
            <span class="muted">
              <Age at={at} long />
            </span>
          </p>
          <p>
            <Text value={text} />
            {letterId !== undefined && letterId !== shownLetterId && (
              <>
                {" "}
                <a href={formatRoute(routeTo("letter", { id: letterId }))}>Show the letter</a>
              </>
            )}
            {newContactId !== undefined && (
              <>
                {" "}
                <a href={formatRoute(routeTo("trace", { id: newContactId }))}>Trace the new contact</a>
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  );
}
