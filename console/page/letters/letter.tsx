import { useSignal } from "@preact/signals";
import type { ContactNow, Letter } from "../../protocol.ts";
import { skipHelp } from "../change/skip-help.ts";
import { Age, ReadAt, Until } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { jsonLines } from "../parts/json-lines.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Key } from "../parts/key.tsx";
import { Failure, Notice } from "../parts/notice.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { Id, Text } from "../parts/text.tsx";
import { formatCount, plural } from "../parts/time.ts";
import { go, route } from "../state/address.ts";
import { ApiFailure, call } from "../state/api.ts";
import { useKeys } from "../state/keys.ts";
import { letterRows } from "../state/letter-rows.ts";
import { type Loaded, useLoad } from "../state/load.ts";
import { formatRoute, routeTo } from "../state/route.ts";
import { canWrite } from "../state/session.ts";
import { Timeline } from "../trace/timeline.tsx";
import { ContactPanel } from "./contact-panel.tsx";

/** One dead letter: first what a replay would do, then what is wrong and where, then its whole life. */
export function LetterView({ id }: { readonly id: string }) {
  const { filter, from, order } = route.value;
  const { state } = useLoad(`letter ${id}`, (signal) => call("GET /api/letters/:id", { id }, signal));
  const contact = useSignal<Loaded<ContactNow>>({ isLoading: false });
  const { value: letter, failure } = state.value;

  const rows = letterRows({ filter, from, order });
  const total = rows.head.value?.total ?? 0;
  rows.version.value;
  const index = rows.indexOf(id);
  const step = async (by: number) => {
    if (index === undefined) return;
    const to = Math.min(Math.max(0, index + by), total - 1);
    await rows.want(to, to);
    const next = rows.rowAt(to);
    if (next && next.id !== id) go({ ...route.value, id: next.id });
  };
  const check = async () => {
    contact.value = { ...contact.value, isLoading: true };
    try {
      contact.value = { value: await call("POST /api/letters/:id/check", { id }), isLoading: false };
    } catch (error) {
      const failed = error instanceof ApiFailure ? error : new ApiFailure("PageFault", String(error));
      contact.value = { failure: failed, isLoading: false };
    }
  };
  const isInQueue = letter?.freshness.source === "queue";
  const actOn = (view: "replay" | "edit" | "discard") => {
    if (isInQueue) go(routeTo(view, { filter, from, order, selected: [id] }));
  };
  const back = () => go(routeTo("letters", { filter, from, order, selected: route.value.selected }));
  useKeys([
    { key: "j", text: "Next dead letter", run: () => void step(1) },
    { key: "k", text: "Previous dead letter", run: () => void step(-1) },
    { key: "r", text: "Replay", run: () => actOn("replay") },
    { key: "e", text: "Edit", run: () => actOn("edit") },
    { key: "d", text: "Discard", run: () => actOn("discard") },
    { key: "c", text: "Ask Connect about the contact", run: () => void check() },
    { key: "Escape", text: "Back to the list", run: back },
  ]);

  return (
    <>
      <nav class="crumbs" aria-label="Place">
        <a href={formatRoute(routeTo("letters", { filter, from, order, selected: route.value.selected }))}>
          Dead letters
        </a>
        {index !== undefined && (
          <span class="muted">
            {formatCount(index + 1)} of {formatCount(total)} <kbd>j</kbd> <kbd>k</kbd>
          </span>
        )}
      </nav>
      <Failure failure={failure} />
      {letter && (
        <LetterBody
          letter={letter}
          contact={contact.value}
          onCheck={() => void check()}
          isInQueue={isInQueue}
        />
      )}
      {!letter && !failure && <p class="empty">Reading…</p>}
    </>
  );
}

interface LetterBodyProps {
  readonly letter: Letter;
  readonly contact: Loaded<ContactNow>;
  readonly onCheck: () => void;
  readonly isInQueue: boolean;
}

function LetterBody({ letter, contact, onCheck, isInQueue }: LetterBodyProps) {
  const { freshness } = letter;
  return (
    <>
      <header class="letter-title">
        <h1>
          <Text value={letter.reason} /> <Id value={letter.intentId ?? letter.id} class="muted" />
        </h1>
        <ReadAt at={freshness.readAt} of={freshness.source === "log" ? "outcome log" : "queue"} />
      </header>
      <ReplayBox letter={letter} contact={contact.value} isInQueue={isInQueue} />
      <div class="letter-columns">
        <div class="stack-gap">
          <section class="panel" aria-labelledby="wrong">
            <h2 id="wrong">What went wrong</h2>
            <p class="lead">
              <Text value={letter.message} />
            </p>
            <p>{letter.meaning}.</p>
            <p>
              <strong>Next:</strong> {letter.nextStep}.
            </p>
            {letter.moreViolations > 0 && (
              <p class="muted">And {plural(letter.moreViolations, "more violation")}.</p>
            )}
          </section>
          <Body letter={letter} />
          <ContactPanel letter={letter} contact={contact} onCheck={onCheck} />
        </div>
        <div class="stack-gap">
          <Facts letter={letter} />
          <Timeline letter={letter} />
        </div>
      </div>
      <CommandLine text={letter.showCommand} />
    </>
  );
}

/** The answer to the question that one has here: can it be replayed, and would that help? */
function ReplayBox({
  letter,
  contact,
  isInQueue,
}: Pick<LetterBodyProps, "letter" | "isInQueue"> & { readonly contact?: ContactNow }) {
  const { replay, id } = letter;
  const { filter, from, order } = route.value;
  const to = (view: "replay" | "edit" | "discard") =>
    formatRoute(routeTo(view, { filter, from, order, selected: [id] }));
  const wouldFail = contact?.canBeTransferred === false;
  const kind = !replay ? "note" : replay.isPossible && !wouldFail ? "good" : "warning";
  return (
    <Notice kind={kind}>
      <div class="verdict">
        <p>
          {replay ? (
            <>
              <strong>
                {replay.isPossible ? (
                  <Text value={sentence(replay.why)} />
                ) : (
                  <>
                    A replay would skip it:{" "}
                    <Text value={skipHelp(replay.skipReason ?? "")?.text ?? replay.why} />.
                  </>
                )}
              </strong>
              {wouldFail && replay.isPossible && (
                <>
                  {" "}
                  But it would fail again: <Text value={contact.why} />.
                </>
              )}
            </>
          ) : (
            <>
              <strong>Known from the outcome log only.</strong> Read the queue to see whether it is still
              there and what a replay would do.
            </>
          )}
        </p>
        {isInQueue && (
          <div class="actions">
            {(skipHelp(replay?.skipReason ?? "")?.flags ?? []).map(({ flag, text }) => (
              <a
                key={flag}
                class="button"
                href={formatRoute(routeTo("replay", { filter, from, order, selected: [id], flags: [flag] }))}
              >
                {text}…
              </a>
            ))}
            <a class="button" href={to("replay")}>
              {canWrite.value ? "Replay…" : "Plan a replay"} <Key name="r" />
            </a>
            <a class="button" href={to("edit")}>
              Edit… <Key name="e" />
            </a>
            <a class="button" href={to("discard")}>
              Discard… <Key name="d" />
            </a>
          </div>
        )}
      </div>
    </Notice>
  );
}

/** The server's fragments as sentences. */
function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital.endsWith(".") ? capital : `${capital}.`;
}

function Body({ letter: { body, envelope, violations, notAnIntent } }: { readonly letter: Letter }) {
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

function Facts({ letter }: { readonly letter: Letter }) {
  const { history, error, receiveCount, expiresAt } = letter;
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
        {receiveCount !== undefined && <Fact name="receives">{receiveCount}</Fact>}
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
