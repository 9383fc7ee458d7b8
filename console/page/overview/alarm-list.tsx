import { Age, ReadAt } from "../parts/age.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount, plural } from "../parts/time.ts";
import { now, session } from "../state/session.ts";

/** The alarms that ring, and why intents are retried. */
export function AlarmList() {
  const { alarms, pace } = now.value ?? {};
  const retried = pace?.retried ?? [];
  return (
    <section class="panel" aria-labelledby="alarms">
      <header class="panel-head">
        <h2 id="alarms">Alarms</h2>
        {alarms?.kind === "read" && <ReadAt at={alarms.readAt} of="CloudWatch" />}
      </header>
      {alarms === undefined && <p class="muted">Reading…</p>}
      {alarms?.kind === "unknown" && (
        <p class="muted">
          Not known: <Text value={alarms.why} />
        </p>
      )}
      {alarms?.kind === "read" && alarms.total === 0 && (
        <p class="muted">
          No alarm has a name that begins with <Text value={`${session.value?.stack ?? ""}-`} />.
        </p>
      )}
      {alarms?.kind === "read" && alarms.total > 0 && alarms.ringing.length === 0 && (
        <p>
          <span class="dot dot-good" /> None of {plural(alarms.total, "alarm")} rings.
        </p>
      )}
      {alarms?.kind === "read" && alarms.ringing.length > 0 && (
        <ul class="alarms">
          {alarms.ringing.map(({ name, since, description }) => (
            <li key={name}>
              <p>
                <span class="dot dot-bad" /> <strong>{<Text value={name} />}</strong>{" "}
                <span class="muted">
                  since <Age at={since} />
                </span>
              </p>
              <p class="muted">
                <Text value={description} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {retried.length > 0 && (
        <>
          <h2 class="sub-head">Retried now</h2>
          <ul class="retried">
            {retried.map(({ reason, count, since }) => (
              <li key={reason}>
                <span class="figure-cell">{formatCount(count)}</span> <Text value={reason} />{" "}
                <span class="muted">
                  since <Age at={since} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
