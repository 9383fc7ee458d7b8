import { useEffect } from "preact/hooks";
import type { Run } from "../../protocol/runs.ts";
import { focusWhy, WhyForm } from "../change/why-form.tsx";
import { Age, ReadAt } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { Key } from "../parts/key.tsx";
import { Failure, Notice } from "../parts/notice.tsx";
import { Id, Text } from "../parts/text.tsx";
import { formatCount, formatDuration, plural } from "../parts/time.ts";
import { useAction } from "../state/action.ts";
import { go } from "../state/address.ts";
import { call } from "../state/api.ts";
import { useKeys } from "../state/keys.ts";
import { forgetRows } from "../state/letter-rows.ts";
import { useLoad } from "../state/load.ts";
import { formatRoute, routeTo } from "../state/route.ts";
import { canWrite, now } from "../state/session.ts";
import { RunReport } from "./run-report.tsx";
import { canPause, dotOf, isFinal, runName, stateSentences } from "./run-texts.ts";

/** A run from its start to its report. */
export function RunView({ id }: { readonly id: string }) {
  const { state: loaded, reload } = useLoad(
    `run ${id}`,
    (signal) => call("GET /api/runs/:id", { id }, signal),
    1000,
  );
  const { failure: acted, perform } = useAction();
  const { value: run, failure } = loaded.value;
  const hasEnded = run !== undefined && isFinal(run.state);
  useEffect(() => {
    if (hasEnded) forgetRows();
  }, [hasEnded]);
  const state = run?.state;
  useEffect(() => {
    if (state && now.value) now.value = { ...now.value, run: { id, state } };
  }, [id, state]);
  const act = (action: "pause" | "resume" | "cancel") =>
    perform(async () => {
      await call(`POST /api/runs/:id/${action}`, { id });
      reload();
    });
  const undo = (why: string) =>
    perform(async () => {
      const undoing = await call("POST /api/runs/:id/undo", { id, body: { why } });
      go(routeTo("runs", { id: undoing.id }));
    });
  const isStopped = run?.state === "paused" || run?.state === "held";
  const toggle = () => {
    if (isStopped) void act("resume");
    else if (state !== undefined && canPause(state)) void act("pause");
  };
  useKeys([
    { key: "p", text: "Pause, or resume", run: toggle },
    {
      key: "c",
      text: "Cancel",
      run: () => {
        if (!hasEnded) void act("cancel");
      },
    },
    ...(run?.canUndo ? [{ key: "u", text: "Undo: give a reason first", run: focusWhy }] : []),
    { key: "Escape", text: "All runs", run: () => go(routeTo("runs")) },
  ]);
  if (!run) return failure ? <Failure failure={failure} /> : <p class="empty">Reading…</p>;
  return (
    <>
      <nav class="crumbs" aria-label="Place">
        <a href={formatRoute(routeTo("runs"))}>Runs</a>
      </nav>
      <header class="list-head">
        <h1>
          {runName(run)}
          {run.selected > 0 && ` of ${plural(run.selected, "dead letter")}`}
        </h1>
        <p aria-live="polite">
          <span class={`dot dot-${dotOf(run)}`} /> {stateSentences[run.state]}
        </p>
        <span class="spread" />
        {!hasEnded && canWrite.value && (
          <div class="actions">
            {(isStopped || canPause(run.state)) && (
              <button type="button" class={isStopped ? "primary" : ""} onClick={toggle}>
                {isStopped ? "Resume" : "Pause"} <Key name="p" />
              </button>
            )}
            <button type="button" onClick={() => void act("cancel")}>
              Cancel <Key name="c" />
            </button>
          </div>
        )}
      </header>
      <Failure failure={acted.value ?? failure} />
      {run.message !== undefined && (
        <Notice kind={run.state === "failed" ? "bad" : "warning"}>
          <Text value={run.message} />
        </Notice>
      )}
      <RunProgress run={run} />
      {run.failures.length > 0 && (
        <Notice kind="bad">
          <strong>
            {formatCount(run.failed)} failed and{" "}
            {run.kind === "import" ? "are still in the file" : "may still be in the dead-letter queue"}:
          </strong>
          <ul>
            {run.failures.map((each) => (
              <li key={each.id}>
                <Id value={each.id} />: <Text value={each.why} />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {(run.kind === "replay" || run.kind === "resolve") && <RunReport run={run} />}
      {run.file !== undefined && run.kind === "discard" && (
        <section class="panel" aria-labelledby="file">
          <h2 id="file">The file</h2>
          <p>
            <code>{run.file}</code> holds what was deleted.
          </p>
        </section>
      )}
      {run.kind === "discard" && run.canUndo && (
        <WhyForm action={`Undo: import ${formatCount(run.done)} again`} onSubmit={undo} />
      )}
      <CommandLine text={run.commandLine} />
      <p class="muted">
        Started <Age at={run.startedAt} long /> by <Text value={run.operator} />: <Text value={run.why} />
        {run.mayBeMore !== undefined && (
          <>
            {" "}
            There may be more: <Text value={run.mayBeMore} />.
          </>
        )}
      </p>
    </>
  );
}

function RunProgress({ run }: { readonly run: Run }) {
  const { done, selected, skipped, failed, fates, step, perSecond, secondsLeft, state, resolved } = run;
  const goal = Math.max(1, selected - skipped);
  return (
    <section class="panel" aria-labelledby="progress">
      <header class="panel-head">
        <h2 id="progress">Progress</h2>
        {fates && <ReadAt at={fates.readAt} of="fates" />}
        <span class="spread" />
        {perSecond !== undefined && <span class="muted">{perSecond} per second</span>}
        {secondsLeft !== undefined && !isFinal(state) && (
          <span class="muted">about {formatDuration(secondsLeft * 1000)} left</span>
        )}
      </header>
      <progress class="run-progress" value={done} max={goal} aria-label="Done" />
      <div class="plan-figures">
        <Figure value={done} text={`of ${formatCount(selected)} ${doneWords[run.kind]}`} />
        {step && step.of > 1 && (
          <p>
            <strong class="figure">
              {step.number}/{step.of}
            </strong>{" "}
            step, up to {formatCount(step.until)}
          </p>
        )}
        {resolved && (
          <>
            <Figure value={resolved.asked} text="asked about" />
            <Figure value={resolved.published} text="published as Succeeded" kind="good" />
            <Figure value={resolved.replayed} text="replayed" />
          </>
        )}
        {skipped > 0 && <Figure value={skipped} text={resolved ? "left as they are" : "skipped"} />}
        {failed > 0 && <Figure value={failed} text="not done" kind="bad" />}
        {fates && (
          <>
            <Figure value={fates.transferred} text="transferred" kind="good" />
            <Figure
              value={fates.failedAgain}
              text="failed again"
              kind={fates.failedAgain > 0 ? "bad" : undefined}
            />
            {fates.notFailed !== undefined && (
              <Figure value={fates.notFailed} text="not failed again" kind="good" />
            )}
            <Figure value={fates.waiting} text="still waiting" />
          </>
        )}
      </div>
      {fates && fates.failedAgainAs.length > 0 && (
        <p>
          Failed again as{" "}
          {fates.failedAgainAs.map(({ reason, count }, index) => (
            <span key={reason}>
              {index > 0 && ", "}
              {formatCount(count)} <Text value={reason} />
            </span>
          ))}
        </p>
      )}
    </section>
  );
}

const doneWords = { replay: "sent", discard: "deleted", resolve: "resolved", import: "imported" } as const;

function Figure({
  value,
  text,
  kind = "",
}: {
  readonly value: number;
  readonly text: string;
  readonly kind?: "good" | "bad" | "";
}) {
  return (
    <p>
      <strong class={`figure ${kind}`}>{formatCount(value)}</strong> {text}
    </p>
  );
}
