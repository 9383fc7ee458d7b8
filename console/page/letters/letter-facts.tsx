import type { Letter } from "../../protocol/letters.ts";
import { Age, Until } from "../parts/age.tsx";
import { Id, Text } from "../parts/text.tsx";
import { plural } from "../parts/time.ts";

/** What is known of a letter, each fact with its name. */
export function LetterFacts({ letter }: { readonly letter: Letter }) {
  const { history, error, expiresAt } = letter;
  return (
    <section class="panel" aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      <dl class="facts">
        <Fact name="failed">
          <Age at={letter.failedAt} long />
        </Fact>
        {expiresAt !== undefined && (
          <Fact name="SQS deletes it in">
            <Until at={expiresAt} />
          </Fact>
        )}
        <Fact name="effect">
          <span class={history.effect === "unknown" ? "warn" : ""}>{history.effectText}</span>
        </Fact>
        <Fact name="replayed">{history.replays === 0 ? "never" : plural(history.replays, "time")}</Fact>
        {history.firstSentAt !== undefined && (
          <Fact name="first sent">
            <Age at={history.firstSentAt} long />
          </Fact>
        )}
        {history.renewedAt !== undefined && (
          <Fact name="renewed">
            <Age at={history.renewedAt} long />
          </Fact>
        )}
        <IdFact name="message" value={letter.id} />
        <IdFact name="contact" value={letter.contactId} />
        <IdFact name="flow" value={letter.contactFlowId} />
        <IdFact name="queue" value={letter.queueId} />
        <IdFact name="user" value={letter.userId} />
        <IdFact name="source" value={letter.source} />
        <IdFact name="client token" value={letter.clientToken} />
        {error && (
          <Fact name="error">
            <Text value={[error.name, error.httpStatus, error.requestId].filter(Boolean).join(" ")} />
          </Fact>
        )}
        {letter.origin.map(({ label, text }) => (
          <IdFact key={label} name={label} value={text} />
        ))}
        {letter.attributes.map(({ name, text }) => (
          <IdFact key={name} name={`attribute ${name}`} value={text} />
        ))}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>
        <Text value={name} />
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function IdFact({ name, value }: { readonly name: string; readonly value: string | undefined }) {
  if (value === undefined) return null;
  return (
    <Fact name={name}>
      <Id value={value} />
    </Fact>
  );
}
