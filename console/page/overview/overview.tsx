import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ReadAt } from "../parts/age.tsx";
import { Failure, Notice } from "../parts/notice.tsx";
import { ReadQueueButton } from "../parts/read-queue-button.tsx";
import { Text } from "../parts/text.tsx";
import { plural } from "../parts/time.ts";
import { go } from "../state/address.ts";
import { call } from "../state/api.ts";
import { rememberCauses } from "../state/causes.ts";
import { useKeys } from "../state/keys.ts";
import { useLoad } from "../state/load.ts";
import { type ChangeView, routeTo } from "../state/route.ts";
import { now, readQueue, session } from "../state/session.ts";
import { AlarmList } from "./alarm-list.tsx";
import { GroupList } from "./group-list.tsx";
import { NowTiles } from "./now-tiles.tsx";
import { OutcomeChart } from "./outcome-chart.tsx";

const everyMs = 10_000;
/** While the log is read for the first time there is something new soon. */
const firstTimeMs = 700;

/** The group that keys act on: the same one on the way back from its letters. */
const activeIndex = signal(0);

/** What is wrong, what happens now, and where to begin. */
export function Overview() {
  const isReadingLog = useSignal(false);
  const { state, reload } = useLoad(
    "overview",
    (signal) => call("GET /api/overview", {}, signal),
    isReadingLog.value ? firstTimeMs : everyMs,
  );
  const unit = useSignal<"hour" | "day">("hour");
  const active = activeIndex;
  const { value: overview, failure } = state.value;
  const groups = overview?.groups ?? [];
  const readingState = now.value?.reading?.state;
  useEffect(() => reload(), [readingState]);

  useEffect(() => {
    if (!overview) return;
    rememberCauses(overview);
    isReadingLog.value = overview.isReadingLog;
  }, [overview]);

  const activeGroup = groups[active.value];
  const move = (by: number) => {
    active.value = Math.min(Math.max(0, active.value + by), Math.max(0, groups.length - 1));
  };
  const goTo = (view: "letters" | ChangeView) => {
    if (!activeGroup) return;
    const filter = { cause: [activeGroup.id] };
    go(routeTo(view, { filter, ...(view !== "letters" && { selected: "all" as const }) }));
  };
  useKeys([
    { key: "j", text: "Next group", run: () => move(1) },
    { key: "k", text: "Previous group", run: () => move(-1) },
    { key: "Enter", text: "Open the group's dead letters", run: () => goTo("letters") },
    { key: "r", text: "Replay the group", run: () => goTo("replay") },
    { key: "e", text: "Edit the group", run: () => goTo("edit") },
    { key: "d", text: "Discard the group", run: () => goTo("discard") },
    { key: "u", text: "Resolve what is unknown in the group", run: () => goTo("resolve") },
    {
      key: "t",
      text: "24 hours or 14 days",
      run: () => {
        unit.value = unit.value === "hour" ? "day" : "hour";
      },
    },
    { key: "R", text: "Read the queue", run: () => void readQueue() },
  ]);

  const outcomes = now.value?.outcomes;
  return (
    <>
      <h1 class="hidden-text">Overview</h1>
      <NowTiles groups={groups} />
      <div class="columns">
        <section class="panel" aria-labelledby="outcomes">
          <header class="panel-head">
            <h2 id="outcomes">Outcomes</h2>
            {outcomes && <ReadAt at={outcomes.readAt} of="outcome log" />}
          </header>
          {outcomes ? (
            <OutcomeChart outcomes={outcomes} />
          ) : (
            <p class="muted">
              {now.value ? "This stack keeps no outcome log, so outcomes are not shown." : "Reading…"}
            </p>
          )}
        </section>
        <AlarmList />
      </div>
      <section class="panel" aria-labelledby="causes">
        <header class="panel-head">
          <h2 id="causes">Failures by cause</h2>
          <fieldset class="segments" aria-label="Time of the charts">
            <button type="button" aria-pressed={unit.value === "hour"} onClick={() => (unit.value = "hour")}>
              24 hours
            </button>
            <button type="button" aria-pressed={unit.value === "day"} onClick={() => (unit.value = "day")}>
              14 days
            </button>
          </fieldset>
          <span class="spread" />
          {overview?.freshness.map(({ source, readAt, mayBeMore }) => (
            <span key={source}>
              <ReadAt at={readAt} of={source === "log" ? "outcome log" : "queue"} />
              {mayBeMore !== undefined && (
                <span class="warn">
                  {" "}
                  <Text value={mayBeMore} />
                </span>
              )}
            </span>
          ))}
          <ReadQueueButton />
        </header>
        <Failure failure={failure} />
        {overview?.logError !== undefined && (
          <Notice kind="warning">
            The outcome log could not be read: <Text value={overview.logError} />
          </Notice>
        )}
        {overview && groups.length === 0 ? (
          <NothingFailed isReadingLog={overview.isReadingLog} hasRead={overview.freshness.length > 0} />
        ) : (
          <GroupList
            groups={groups}
            unit={unit.value}
            active={active.value}
            onActive={(index) => (active.value = index)}
          />
        )}
      </section>
    </>
  );
}

function NothingFailed({
  isReadingLog,
  hasRead,
}: {
  readonly isReadingLog: boolean;
  readonly hasRead: boolean;
}) {
  if (isReadingLog) return <p class="empty">Reading the outcome log…</p>;
  const inQueue = now.value?.deadLetters.total ?? 0;
  if (hasRead && inQueue === 0) return <p class="empty">Nothing has failed.</p>;
  return (
    <div class="empty">
      <p>
        {inQueue === 0
          ? "SQS counts no dead letters."
          : `SQS counts ${plural(inQueue, "dead letter")}. Read the queue to see why.`}
      </p>
      {session.value?.costOfLooking !== undefined && <p class="muted">{session.value.costOfLooking}</p>}
    </div>
  );
}
