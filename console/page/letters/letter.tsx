import { useSignal } from "@preact/signals";
import type { ContactNow, Letter } from "../../protocol/letters.ts";
import { ReadAt } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { Key } from "../parts/key.tsx";
import { Failure } from "../parts/notice.tsx";
import { Id, Text } from "../parts/text.tsx";
import { formatCount, plural } from "../parts/time.ts";
import { go, route } from "../state/address.ts";
import { call, failureOf } from "../state/api.ts";
import { useKeys } from "../state/keys.ts";
import { letterRows } from "../state/letter-rows.ts";
import { type Loaded, useLoad } from "../state/load.ts";
import { type ChangeView, formatRoute, routeTo } from "../state/route.ts";
import { queueReadAt } from "../state/session.ts";
import { Timeline } from "../trace/timeline.tsx";
import { ContactPanel } from "./contact-panel.tsx";
import { LetterBody } from "./letter-body.tsx";
import { LetterFacts } from "./letter-facts.tsx";
import { ReplayVerdict } from "./replay-verdict.tsx";

/** One dead letter: first what a replay would do, then what is wrong and where, then its whole life. */
export function LetterView({ id }: { readonly id: string }) {
  const { filter, from, order } = route.value;
  const { state } = useLoad(
    `letter ${id}`,
    (signal) => call("GET /api/letters/:id", { id }, signal),
    undefined,
    queueReadAt.value,
  );
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
      contact.value = { failure: failureOf(error), isLoading: false };
    }
  };
  const isInQueue = letter?.freshness.source === "queue";
  const actOn = (view: ChangeView) => {
    if (isInQueue) go(routeTo(view, { filter, from, order, selected: [id] }));
  };
  const back = () => go(routeTo("letters", { filter, from, order, selected: route.value.selected }));
  useKeys([
    { key: "j", text: "Next dead letter", run: () => void step(1) },
    { key: "k", text: "Previous dead letter", run: () => void step(-1) },
    { key: "r", text: "Replay", run: () => actOn("replay") },
    { key: "e", text: "Edit", run: () => actOn("edit") },
    { key: "d", text: "Discard", run: () => actOn("discard") },
    { key: "u", text: "Resolve an unknown effect", run: () => actOn("resolve") },
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
            {formatCount(index + 1)} of {formatCount(total)}{" "}
            {total > 1 && (
              <>
                <Key name="j" /> <Key name="k" />
              </>
            )}
          </span>
        )}
      </nav>
      <Failure failure={failure} />
      {letter && (
        <LetterParts
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

interface LetterPartsProps {
  readonly letter: Letter;
  readonly contact: Loaded<ContactNow>;
  readonly onCheck: () => void;
  readonly isInQueue: boolean;
}

function LetterParts({ letter, contact, onCheck, isInQueue }: LetterPartsProps) {
  const { freshness } = letter;
  return (
    <>
      <header class="letter-title">
        <h1>
          <Text value={letter.reason} /> <Id value={letter.intentId ?? letter.id} class="muted" />
        </h1>
        <ReadAt at={freshness.readAt} of={freshness.source === "log" ? "outcome log" : "queue"} />
      </header>
      <ReplayVerdict letter={letter} contact={contact.value} isInQueue={isInQueue} />
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
          <LetterBody letter={letter} />
          <ContactPanel letter={letter} contact={contact} onCheck={onCheck} />
        </div>
        <div class="stack-gap">
          <LetterFacts letter={letter} />
          <Timeline letter={letter} />
        </div>
      </div>
      <CommandLine text={letter.showCommand} />
    </>
  );
}
