import { ReadAt } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { Key } from "../parts/key.tsx";
import { Failure, Notice } from "../parts/notice.tsx";
import { formatCount, plural } from "../parts/time.ts";
import { useAction } from "../state/action.ts";
import { adjust, go, route } from "../state/address.ts";
import { call } from "../state/api.ts";
import { useDebounced } from "../state/debounce.ts";
import { useKeys } from "../state/keys.ts";
import { useLoad } from "../state/load.ts";
import { formatRoute, listOf, type ReplayFlag, routeTo } from "../state/route.ts";
import { replayRequestOf } from "../state/selection.ts";
import { canWrite, queueReadAt, readQueue, session } from "../state/session.ts";
import { NothingSelected } from "./nothing-selected.tsx";
import { ChangeList, PlanSummary, ViolationList } from "./plan-parts.tsx";
import { focusWhy, WhyForm } from "./why-form.tsx";

const options = [
  { flag: "check", text: "Ask Connect about each contact first, and skip those that cannot succeed" },
  { flag: "renew", text: "Renew: the age counts from now, under the same client token" },
  { flag: "ignore-expires-at", text: "Ignore the producer's expiresAt" },
  { flag: "new-identity", text: "New identity: another request, with another client token" },
  { flag: "accept-unknown-effect", text: "Accept an unknown effect: a contact may be transferred twice" },
  { flag: "include-invalid", text: "Include what is not an intent" },
] as const satisfies readonly { flag: ReplayFlag; text: string }[];

/** A replay from its plan to its start. The plan changes nothing. */
export function ReplayView() {
  const place = route.value;
  const request = replayRequestOf(place);
  const typed = useDebounced(request && JSON.stringify(request), 250);
  const { state, readiness } = useLoad(
    typed && "plan",
    (signal) => call("POST /api/plans/replay", { body: JSON.parse(typed ?? "") }, signal),
    undefined,
    `${typed} ${queueReadAt.value}`,
  );
  const { failure: notStarted, perform } = useAction();
  useKeys([
    {
      key: "e",
      text: "Edit",
      run: () => go({ ...place, view: "edit" }),
    },
    { key: "Enter", text: "Give the reason", run: focusWhy },
    { key: "R", text: "Read the queue", run: () => void readQueue() },
    { key: "Escape", text: "Back to the list", run: () => go(listOf(place)) },
  ]);
  if (!request) return <NothingSelected />;
  const { value: plan, failure, isLoading } = state.value;
  const isAtOnce = place.flags.includes("at-once");
  const start = (why: string) =>
    perform(async () => {
      const run = await call("POST /api/runs", { body: { kind: "replay", request, why, canary: !isAtOnce } });
      go(routeTo("runs", { id: run.id }));
    });
  const toReplay = plan?.toReplay ?? 0;
  return (
    <>
      <header class="list-head">
        <h1>{plan ? `Replay ${plural(plan.selected, "dead letter")}` : "Replay"}</h1>
        {plan && <ReadAt at={plan.freshness.readAt} of="queue" />}
        <span class="spread" />
        <a class="button" href={formatRoute({ ...place, view: "edit" })}>
          {place.edits.length > 0 ? `${plural(place.edits.length, "change")}, edit…` : "Edit…"}{" "}
          <Key name="e" />
        </a>
      </header>
      <Failure failure={failure} />
      <div class="plan-columns">
        <div class={`stack-gap ${isLoading ? "is-loading" : ""}`}>
          {plan ? (
            <PlanSummary plan={plan} isAtOnce={isAtOnce} />
          ) : (
            !failure && <p class="empty">Planning…</p>
          )}
          {plan?.edited && (
            <ViolationList
              title={`${formatCount(plan.edited.invalid)} become invalid`}
              violations={plan.edited.violations}
            />
          )}
          {plan?.edited && plan.edited.differences.length > 0 && <ChangeList edited={plan.edited} />}
          {plan && <CommandLine text={plan.commandLine} />}
          {plan && toReplay > 0 && (
            <WhyForm
              action={isAtOnce ? `Replay ${formatCount(toReplay)} in one go` : firstStep(plan.steps)}
              readiness={typed === JSON.stringify(request) ? readiness : "loading"}
              onSubmit={start}
            />
          )}
          <Failure failure={notStarted.value} />
        </div>
        <ReplayOptions />
      </div>
    </>
  );
}

function firstStep([first = 0, ...others]: readonly number[]): string {
  return others.length === 0 ? `Replay ${first}` : `Replay ${first} first`;
}

function ReplayOptions() {
  const { flags, perSecond } = route.value;
  const set = (flag: ReplayFlag, isOn: boolean) =>
    adjust({ flags: isOn ? [...flags, flag] : flags.filter((each) => each !== flag) });
  const assumedPace = (session.value?.transfersPerSecond ?? 0) / 2;
  return (
    <form class="panel options" aria-labelledby="options" onSubmit={(event) => event.preventDefault()}>
      <h2 id="options">Options</h2>
      {options.map(({ flag, text }) => (
        <label key={flag} class="switch">
          <input
            type="checkbox"
            checked={flags.includes(flag)}
            onChange={(event) => set(flag, event.currentTarget.checked)}
          />
          <span>{text}</span>
        </label>
      ))}
      <label class="switch">
        <input
          type="checkbox"
          checked={!flags.includes("at-once")}
          onChange={(event) => set("at-once", !event.currentTarget.checked)}
        />
        <span>In steps: 1, then 10, then the rest. It stops by itself if one comes back.</span>
      </label>
      <label class="pace">
        <span>Messages per second</span>
        <input
          type="number"
          min={0.1}
          step={0.1}
          value={perSecond ?? ""}
          placeholder={String(assumedPace)}
          onInput={(event) => {
            const typed = Number(event.currentTarget.value);
            adjust({ perSecond: typed > 0 ? typed : undefined });
          }}
        />
      </label>
      {!canWrite.value && (
        <Notice kind="note">
          This console is read-only. Start it with <code>--write</code>, or run the command.
        </Notice>
      )}
    </form>
  );
}
