import { Age } from "../parts/age.tsx";
import { Failure } from "../parts/notice.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time.ts";
import { call } from "../state/api.ts";
import { useLoad } from "../state/load.ts";
import { formatRoute, routeTo } from "../state/route.ts";
import { canWrite, session } from "../state/session.ts";
import { dotOf, runName } from "./run-texts.ts";

/** What this console has done since it was started. The audit file has everything, also of the command line. */
export function RunsView() {
  const { state } = useLoad("runs", (signal) => call("GET /api/runs", {}, signal), 3000);
  const { value, failure } = state.value;
  return (
    <>
      <h1>Runs</h1>
      <p class="muted">
        Of this console, since it was started.{" "}
        {session.value && (
          <>
            Every change, also by the command line, is in <code>{session.value.auditFile}</code>.
          </>
        )}
      </p>
      <Failure failure={failure} />
      {value?.runs.length === 0 && (
        <p class="empty">
          {canWrite.value
            ? "None yet: select dead letters, then replay, resolve or discard them."
            : "None: this console is read-only."}
        </p>
      )}
      {value && value.runs.length > 0 && (
        <ul class="runs panel">
          {value.runs.map((run) => (
            <li key={run.id}>
              <a href={formatRoute(routeTo("runs", { id: run.id }))}>{runName(run)}</a>
              <span class="figure-cell right">
                {formatCount(run.done)} of {formatCount(run.selected)}
              </span>
              <span>
                <span class={`dot dot-${dotOf(run)}`} /> {run.state}
              </span>
              <span class="clip">
                <Text value={run.why} />
              </span>
              <span class="muted right">
                <Age at={run.startedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
