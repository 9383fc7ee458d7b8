import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ResolvePlan } from "../../protocol/plans.ts";
import { ReadAt } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { Key } from "../parts/key.tsx";
import { Failure, Notice } from "../parts/notice.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount, plural } from "../parts/time.ts";
import { useAction } from "../state/action.ts";
import { go, route } from "../state/address.ts";
import { call } from "../state/api.ts";
import { useKeys } from "../state/keys.ts";
import { useLoad } from "../state/load.ts";
import { listOf, routeTo, selectionOf } from "../state/route.ts";
import { canWrite, queueReadAt, readQueue } from "../state/session.ts";
import { NothingSelected } from "./nothing-selected.tsx";
import { VerdictList } from "./verdict-list.tsx";
import { focusWhy, WhyForm } from "./why-form.tsx";

/** How soon the page asks on while Connect has not been asked about all. */
const askOnMs = 200;

/** A resolve from its verdicts to its start. Connect is asked as long as the page is visible. */
export function ResolveView() {
  const selection = selectionOf(route.value);
  const times = useSignal(0);
  const isAnew = useRef(false);
  const isAsking = useSignal(true);
  const { state, readiness } = useLoad(
    selection && JSON.stringify(selection),
    async (signal) => {
      const body = {
        selection: selection ?? { kind: "ids" as const, ids: [] },
        ...(isAnew.current && { again: true }),
      };
      isAnew.current = false;
      try {
        const plan = await call("POST /api/plans/resolve", { body }, signal);
        isAsking.value = plan.judged < plan.unknown && plan.unread === undefined;
        return plan;
      } catch (error) {
        if (!signal.aborted) isAsking.value = false;
        throw error;
      }
    },
    isAsking.value ? askOnMs : undefined,
    `${queueReadAt.value} ${times.value}`,
  );
  const { failure: notStarted, perform } = useAction();
  const askAgain = () => {
    isAnew.current = true;
    isAsking.value = true;
    times.value++;
  };
  useKeys([
    { key: "c", text: "Ask Connect again", run: askAgain },
    { key: "Enter", text: "Give the reason", run: focusWhy },
    { key: "R", text: "Read the queue", run: () => void readQueue() },
    { key: "Escape", text: "Back to the list", run: () => go(listOf(route.value)) },
  ]);
  if (!selection) return <NothingSelected />;
  const { value: plan, failure } = state.value;
  const start = (why: string) =>
    perform(async () => {
      const run = await call("POST /api/runs", { body: { kind: "resolve", request: { selection }, why } });
      go(routeTo("runs", { id: run.id }));
    });
  return (
    <>
      <header class="list-head">
        <h1>{plan ? `Resolve ${plural(plan.selected, "dead letter")}` : "Resolve"}</h1>
        {plan && <ReadAt at={plan.freshness.readAt} of="queue" />}
        {plan?.readAt !== undefined && <ReadAt at={plan.readAt} of="Connect" />}
        <span class="spread" />
        {plan && plan.unknown > 0 && (
          <button type="button" onClick={askAgain} disabled={isAsking.value}>
            {isAsking.value ? "Asking…" : "Ask Connect again"} <Key name="c" />
          </button>
        )}
      </header>
      <Failure failure={failure} />
      {!plan && !failure && <p class="empty">Asking Connect…</p>}
      {plan && (
        <div class="stack-gap">
          <Verdicts plan={plan} isAsking={isAsking.value} />
          <CommandLine text={plan.commandLine} />
          {!canWrite.value && (
            <Notice kind="note">
              This console is read-only. Start it with <code>--write</code>, or run the command.
            </Notice>
          )}
          {plan.problem !== undefined && (
            <Notice kind="warning">
              <Text value={plan.problem} />
            </Notice>
          )}
          {plan.problem === undefined && plan.toPublish + plan.toReplay > 0 && (
            <WhyForm
              action={actionText(plan)}
              readiness={isAsking.value ? "loading" : readiness}
              onSubmit={start}
            />
          )}
          <Failure failure={notStarted.value} />
        </div>
      )}
    </>
  );
}

function actionText({ toPublish, toReplay }: ResolvePlan): string {
  const parts = [
    toPublish > 0 && `Publish ${formatCount(toPublish)}`,
    toReplay > 0 && `replay ${formatCount(toReplay)}`,
  ].filter((part) => part !== false);
  const text = parts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Verdicts({ plan, isAsking }: { readonly plan: ResolvePlan; readonly isAsking: boolean }) {
  const { unknown, judged, toPublish, toReplay, early, unread, rows, moreRows } = plan;
  if (unknown === 0) {
    return (
      <p class="empty">None of these dead letters has an unknown effect: there is nothing to resolve.</p>
    );
  }
  return (
    <section class="panel" aria-labelledby="plan">
      <h2 id="plan">What became of them</h2>
      <progress class="run-progress" value={judged} max={unknown} aria-label="Asked about" />
      <div class="plan-figures" aria-live="polite">
        <Figure value={judged} text={`of ${plural(unknown, "unknown effect")} asked about`} />
        <Figure value={toPublish} text="would be published as Succeeded, and deleted" />
        <Figure value={toReplay} text="would be replayed" />
        {early > 0 && <Figure value={early} text="not final yet" />}
      </div>
      {early > 0 && (
        <Notice kind="note">
          Connect's reads may still lag behind the last request: nothing is done with what is not final. Ask
          again later.
        </Notice>
      )}
      {unread !== undefined && (
        <Notice kind="bad">
          <Text value={unread} />
        </Notice>
      )}
      {rows.length > 0 && <VerdictList rows={rows} />}
      {moreRows > 0 && <p class="muted">And {plural(moreRows, "more verdict")}.</p>}
      {!isAsking && toPublish + toReplay > 0 && (
        <p class="muted">
          The run asks Connect again, and acts on what it answers then. What is not proven stays in the queue.
        </p>
      )}
    </section>
  );
}

function Figure({ value, text }: { readonly value: number; readonly text: string }) {
  return (
    <p>
      <strong class="figure">{formatCount(value)}</strong> {text}
    </p>
  );
}
