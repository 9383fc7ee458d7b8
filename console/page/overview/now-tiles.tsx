import type { ComponentChildren } from "preact";
import type { Group } from "../../protocol/overview.ts";
import { ReadAt, Until } from "../parts/age.tsx";
import { formatCount, formatDuration } from "../parts/time.ts";
import { now } from "../state/session.ts";

/** The figures of this moment, each with its age. */
export function NowTiles({ groups }: { readonly groups: readonly Group[] }) {
  const present = now.value;
  const { deadLetters, intents, pace, at = 0 } = present ?? {};
  const expiries = groups.flatMap(({ expiresAt }) => expiresAt ?? []);
  const cameBack = groups.reduce((sum, group) => sum + group.cameBack, 0);
  const seconds = pace?.secondsAtPace ?? pace?.secondsAtQuota;
  return (
    <section class="tiles" aria-label="Now">
      <Tile name="Dead letters" at={at} of="SQS" value={deadLetters && formatCount(deadLetters.total)}>
        {deadLetters && deadLetters.inFlight > 0 && `${formatCount(deadLetters.inFlight)} in flight. `}
        {cameBack > 0 && <span class="warn">{formatCount(cameBack)} came back after a replay</span>}
      </Tile>
      <Tile
        name="Expires next"
        at={at}
        of="queue"
        isRead={expiries.length > 0}
        value={expiries.length > 0 ? <Until at={Math.min(...expiries)} /> : "–"}
      >
        {expiries.length > 0 ? "Then SQS deletes the oldest" : "Read the queue to know"}
      </Tile>
      <Tile
        name="Waiting intents"
        at={at}
        of="SQS"
        isRead={intents !== undefined}
        value={intents ? formatCount(intents.total) : present && "–"}
      >
        {intents
          ? `${formatCount(intents.visible)} ready, ${formatCount(intents.inFlight)} in flight, ${formatCount(intents.delayed)} delayed`
          : unknownQueue}
      </Tile>
      <Tile
        name="Pace"
        at={at}
        of={pace?.minutes === undefined ? "settings" : `last ${pace.minutes} min`}
        value={
          pace && (
            <>
              {pace.endedPerSecond === undefined ? "?" : round(pace.endedPerSecond)}
              <small> of {round(pace.transfersPerSecond)} per s</small>
            </>
          )
        }
      >
        {pace?.endedPerSecond === undefined ? (
          "Without the function's log the pace is not known"
        ) : (
          <meter
            min={0}
            max={pace.transfersPerSecond}
            value={pace.endedPerSecond}
            aria-label="Pace against the setting"
          />
        )}
      </Tile>
      <Tile
        name="Worked off in"
        at={at}
        of={pace?.secondsAtPace === undefined ? "at full pace" : "at the pace seen"}
        isRead={intents !== undefined}
        value={
          intents && intents.total > 0 && seconds !== undefined && !pace?.isPaused
            ? formatDuration(seconds * 1000)
            : present && "–"
        }
      >
        {pace?.isPaused ? <span class="warn">Paused: nothing is transferred. </span> : undefined}
        {pace && intents && intents.total > 0
          ? `${formatDuration(pace.secondsAtQuota * 1000)} at ${round(pace.transfersPerSecond)} per second`
          : intents
            ? "Nothing waits"
            : unknownQueue}
      </Tile>
    </section>
  );
}

const unknownQueue = "Not known: the intent queue was not read";

interface TileProps {
  readonly name: string;
  readonly at: number;
  readonly of: string;
  readonly isRead?: boolean;
  readonly value: ComponentChildren;
  readonly children: ComponentChildren;
}

function Tile({ name, at, of, isRead = true, value, children }: TileProps) {
  return (
    <div class="tile">
      <h2>{name}</h2>
      <p class="figure">{value ?? <span class="muted">…</span>}</p>
      <p class="muted">{value === undefined ? "" : children}</p>
      {at > 0 && isRead && <ReadAt at={at} of={of} />}
    </div>
  );
}

function round(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.01) return "<0.01";
  return perSecond >= 10 ? String(Math.round(perSecond)) : String(Math.round(perSecond * 100) / 100);
}
