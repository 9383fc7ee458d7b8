import type { Letter } from "../../protocol/letters.ts";
import { jsonLines } from "../parts/json-lines.ts";
import { JsonView } from "../parts/json-view.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { Text } from "../parts/text.tsx";

/** The body with its violations, each at its place. */
export function LetterBody({
  letter: { body, envelope, violations, notAnIntent },
}: {
  readonly letter: Letter;
}) {
  const text = body ?? (envelope === undefined ? undefined : JSON.stringify(envelope));
  const lines = text === undefined ? undefined : jsonLines(text);
  return (
    <section class="panel" aria-labelledby="body">
      <header class="panel-head">
        <h2 id="body">Intent</h2>
        {body === undefined && <span class="muted">as the outcome says; the queue has the body itself</span>}
      </header>
      {notAnIntent !== undefined && violations.length === 0 && (
        <p class="bad">
          Not an intent: <Text value={notAnIntent} />
        </p>
      )}
      {lines ? (
        <JsonView lines={lines} violations={violations} label="The intent as JSON" />
      ) : (
        <>
          {violations.map(({ message }) => (
            <p key={message} class="violation">
              <Text value={message} />
            </p>
          ))}
          {text !== undefined && (
            <ScrollRegion class="raw" label="The body">
              <Text value={text} keep={"\n\t"} />
            </ScrollRegion>
          )}
        </>
      )}
    </section>
  );
}
