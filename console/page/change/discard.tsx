import { ReadAt } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
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
import { focusWhy, WhyForm } from "./why-form.tsx";

/** A discard from its plan to its start. Its file is written before anything is deleted. */
export function DiscardView() {
  const selection = selectionOf(route.value);
  const { state, readiness } = useLoad(
    selection && JSON.stringify(selection),
    (signal) =>
      call("POST /api/plans/discard", { body: { selection: selection ?? { kind: "ids", ids: [] } } }, signal),
    undefined,
    queueReadAt.value,
  );
  const { failure: notStarted, perform } = useAction();
  useKeys([
    { key: "Enter", text: "Give the reason", run: focusWhy },
    { key: "R", text: "Read the queue", run: () => void readQueue() },
    { key: "Escape", text: "Back to the list", run: () => go(listOf(route.value)) },
  ]);
  if (!selection) return <NothingSelected />;
  const { value: plan, failure } = state.value;
  const start = (why: string) =>
    perform(async () => {
      const run = await call("POST /api/runs", { body: { kind: "discard", request: { selection }, why } });
      go(routeTo("runs", { id: run.id }));
    });
  return (
    <>
      <header class="list-head">
        <h1>{plan ? `Discard ${plural(plan.selected, "dead letter")}` : "Discard"}</h1>
        {plan && <ReadAt at={plan.freshness.readAt} of="queue" />}
      </header>
      <Failure failure={failure} />
      {!plan && !failure && <p class="empty">Planning…</p>}
      {plan && (
        <div class="stack-gap narrow">
          <section class="panel" aria-labelledby="plan">
            <h2 id="plan">The plan</h2>
            <ul class="skipped">
              {plan.reasons.map(({ reason, count }) => (
                <li key={reason}>
                  <strong>{formatCount(count)}</strong> <Text value={reason} />
                </li>
              ))}
            </ul>
            <p>
              They are written to <code>{plan.file}</code> first, then deleted from the queue. As long as the
              file is there, the run can be undone.
            </p>
          </section>
          <CommandLine text={plan.commandLine} />
          {!canWrite.value && (
            <Notice kind="note">
              This console is read-only. Start it with <code>--write</code>, or run the command.
            </Notice>
          )}
          {plan.selected > 0 && (
            <WhyForm
              action={`Discard ${formatCount(plan.selected)}`}
              isDangerous
              readiness={readiness}
              onSubmit={start}
            />
          )}
          <Failure failure={notStarted.value} />
        </div>
      )}
    </>
  );
}
