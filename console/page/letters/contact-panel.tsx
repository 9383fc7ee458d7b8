import type { ContactNow, Letter, Resolution } from "../../protocol/letters.ts";
import { ReadAt } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { Key } from "../parts/key.tsx";
import { Failure } from "../parts/notice.tsx";
import { Id, Text } from "../parts/text.tsx";
import type { Loaded } from "../state/load.ts";

interface ContactPanelProps {
  readonly letter: Letter;
  readonly contact: Loaded<ContactNow>;
  readonly onCheck: () => void;
}

/** What Connect says of the contact: asked only on request, since each question counts against the quota of its API. */
export function ContactPanel({ letter, contact: { value, failure, isLoading }, onCheck }: ContactPanelProps) {
  return (
    <section class="panel" aria-labelledby="contact">
      <header class="panel-head">
        <h2 id="contact">The contact in Connect</h2>
        {value && <ReadAt at={value.readAt} of="Connect" />}
        <span class="spread" />
        <button type="button" onClick={onCheck} disabled={isLoading || letter.contactId === undefined}>
          {isLoading ? "Asking…" : "Ask Connect"} <Key name="c" />
        </button>
      </header>
      <Failure failure={failure} />
      <div aria-live="polite">
        {value ? (
          <>
            <p>
              <span
                class={`dot dot-${value.canBeTransferred === undefined ? "warn" : value.canBeTransferred ? "good" : "bad"}`}
              />{" "}
              {value.canBeTransferred === true && "It can be transferred: "}
              {value.canBeTransferred === false && "It cannot be transferred: "}
              <Text value={value.why} />
            </p>
            {value.resolution && (
              <>
                <p>
                  <Text value={value.resolution.text} />
                </p>
                <ResolutionFacts resolution={value.resolution} />
              </>
            )}
            <CommandLine text={value.commandLine} />
          </>
        ) : letter.resolution ? (
          <>
            <p class="muted">What was found when it failed:</p>
            <ResolutionFacts resolution={letter.resolution} />
          </>
        ) : (
          !failure && (
            <p class="muted">
              {letter.contactId === undefined ? "The letter names no contact." : "Not asked yet."}
            </p>
          )
        )}
      </div>
    </section>
  );
}

function ResolutionFacts({
  resolution: { found, by, contactId, queueId, agentId, why },
}: {
  readonly resolution: Resolution;
}) {
  const ids = [
    ["now contact", contactId],
    ["in queue", queueId],
    ["agent", agentId],
  ] as const;
  return (
    <dl class="facts">
      <div>
        <dt>found</dt>
        <dd>
          {found}
          {by !== undefined && <span class="muted"> by {by}</span>}
          {why !== undefined && (
            <>
              : <Text value={why} />
            </>
          )}
        </dd>
      </div>
      {ids.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Id value={value} />
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}
