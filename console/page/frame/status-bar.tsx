import { Age } from "../parts/age.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount, plural } from "../parts/time.ts";
import { isFinal, stateSentences } from "../runs/run-texts.ts";
import { route } from "../state/address.ts";
import { connection } from "../state/load.ts";
import { formatRoute, routeTo } from "../state/route.ts";
import { now } from "../state/session.ts";

/** What must be known in every view: no connection, letters hidden from others, a run under way, what cannot be read. */
export function StatusBar() {
  const failure = connection.value;
  const { reading, lease, run, problems = [] } = now.value ?? {};
  const isElsewhere = route.value.view !== "runs" || route.value.id !== run?.id;
  const isRunning = run !== undefined && !isFinal(run.state) && isElsewhere;
  return (
    <div class="status" aria-live="polite">
      {failure && (
        <p class="status-bad">
          <Text value={failure.message} /> <Text value={failure.hint ?? ""} /> The figures below are old.
        </p>
      )}
      {reading?.state === "reading" && (
        <p>
          <progress value={reading.seen} max={Math.max(reading.expected, reading.seen, 1)} />
          Reading the queue: {formatCount(reading.seen)} of about {formatCount(reading.expected)}
        </p>
      )}
      {reading?.state === "failed" && (
        <p class="status-bad">
          The queue could not be read: <Text value={reading.error ?? "no reason is known"} />
        </p>
      )}
      {lease && (
        <p>
          <span>
            <span class="dot dot-warn" /> {plural(lease.letters, "dead letter")} hidden from others since{" "}
            <Age at={lease.since} />: <Text value={lease.why} />
          </span>
        </p>
      )}
      {isRunning && (
        <p>
          <span>
            <span class="dot dot-accent" /> A run is under way. {stateSentences[run.state]}.
          </span>
          <a href={formatRoute(routeTo("runs", { id: run.id }))}>Show it</a>
        </p>
      )}
      {problems.map((problem) => (
        <p key={problem} class="status-warn">
          <Text value={problem} />
        </p>
      ))}
    </div>
  );
}
