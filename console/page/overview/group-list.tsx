import { useEffect, useRef } from "preact/hooks";
import type { Group } from "../../protocol/overview.ts";
import { Age, Until } from "../parts/age.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { Key } from "../parts/key.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time.ts";
import { formatRoute, routeTo } from "../state/route.ts";
import { canWrite } from "../state/session.ts";
import { Sparkline } from "./sparkline.tsx";

interface GroupListProps {
  readonly groups: readonly Group[];
  readonly unit: "hour" | "day";
  readonly active: number;
  readonly onActive: (index: number) => void;
}

/** Failures of one cause together, because what helps one of them helps all. */
export function GroupList({ groups, unit, active, onActive }: GroupListProps) {
  const hasReadQueue = groups.some(({ inQueue }) => inQueue !== undefined);
  return (
    <>
      <div class="group-columns" aria-hidden="true">
        <span>Cause</span>
        <span class="right">{hasReadQueue ? "Now in queue" : "Failures"}</span>
        <span>{unit === "hour" ? "Last 24 hours" : "Last 14 days"}</span>
        <span class="right">First</span>
        <span class="right">Last</span>
        <span class="right">Expires</span>
      </div>
      <ol class="groups" aria-label="Groups">
        {groups.map((group, index) => (
          <GroupRow
            key={group.id}
            index={index}
            group={group}
            unit={unit}
            isActive={index === active}
            onActive={() => onActive(index)}
          />
        ))}
      </ol>
    </>
  );
}

interface GroupRowProps {
  readonly group: Group;
  readonly index: number;
  readonly unit: "hour" | "day";
  readonly isActive: boolean;
  readonly onActive: () => void;
}

function GroupRow({ group, index, unit, isActive, onActive }: GroupRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const wasActive = useRef(index === 0);
  useEffect(() => {
    if (isActive && !wasActive.current) row.current?.scrollIntoView({ block: "nearest" });
    wasActive.current = isActive;
  }, [isActive]);
  const { inQueue, failures, firstAt, lastAt, expiresAt } = group;
  const count = inQueue ?? failures ?? 0;
  return (
    <li ref={row} class={`group ${isActive ? "is-active" : ""}`}>
      <div class="group-row">
        <div class="group-cause">
          <p class="group-title">
            <a href={formatRoute(routeTo("letters", { filter: { cause: [group.id] } }))}>
              <CauseText cause={group} />
            </a>
            {group.isNew && <span class="tag tag-accent">new</span>}
            {group.cameBack > 0 && <span class="tag tag-warn">{formatCount(group.cameBack)} came back</span>}
          </p>
          <p class="muted clip">
            <Text value={group.message} />
          </p>
          <p class="clip">
            <span class="muted">Next:</span> {group.nextStep}
          </p>
        </div>
        <p class="figure-cell right">
          <span class="label">{inQueue === undefined ? "failures" : "in the queue"} </span>
          <strong>{formatCount(count)}</strong>
          {inQueue !== undefined && failures !== undefined && failures !== inQueue && (
            <small class="muted" title="Failures in the outcome log">
              {" "}
              of {formatCount(failures)}
            </small>
          )}
        </p>
        <Sparkline counts={unit === "hour" ? group.perHour : group.perDay} unit={unit} />
        <p class="figure-cell right muted">
          <span class="label">first </span>
          <Age at={firstAt} />
        </p>
        <p class="figure-cell right">
          <span class="label">last </span>
          <Age at={lastAt} />
        </p>
        <p class="figure-cell right">
          <span class="label">expires </span>
          {expiresAt === undefined ? <span class="muted">–</span> : <Until at={expiresAt} />}
        </p>
        <button
          type="button"
          class="quiet chevron"
          aria-expanded={isActive}
          aria-label="What it means, and what can be done"
          onClick={onActive}
        >
          <span aria-hidden="true">{isActive ? "▾" : "▸"}</span>
        </button>
      </div>
      {isActive && <GroupDetail group={group} count={count} />}
    </li>
  );
}

function GroupDetail({ group, count }: { readonly group: Group; readonly count: number }) {
  const filter = { cause: [group.id] };
  return (
    <div class="group-detail">
      <p>{group.meaning}.</p>
      <div class="actions">
        <a class="button" href={formatRoute(routeTo("letters", { filter }))}>
          Open {formatCount(count)} <Key name="Enter" />
        </a>
        <a class="button" href={formatRoute(routeTo("replay", { filter, selected: "all" }))}>
          {canWrite.value ? "Replay…" : "Plan a replay"} <Key name="r" />
        </a>
        <a class="button" href={formatRoute(routeTo("edit", { filter, selected: "all" }))}>
          Edit… <Key name="e" />
        </a>
        <a class="button" href={formatRoute(routeTo("discard", { filter, selected: "all" }))}>
          Discard… <Key name="d" />
        </a>
        {group.unknown > 0 && (
          <a class="button" href={formatRoute(routeTo("resolve", { filter, selected: "all" }))}>
            Resolve {formatCount(group.unknown)} unknown… <Key name="u" />
          </a>
        )}
      </div>
      <CommandLine text={group.listCommand} />
    </div>
  );
}

/** A cause in one line: the reason, what is wrong, where it was to go, who sent it. */
function CauseText({
  cause: { reason, detail, place, source },
}: {
  readonly cause: Pick<Group, "reason" | "detail" | "place" | "source">;
}) {
  return (
    <>
      <strong>
        <Text value={reason} />
      </strong>
      {detail && !(detail.kind === "error" && detail.name.startsWith(reason)) && (
        <>
          {" "}
          <Text
            value={detail.kind === "violation" ? detail.path || "the whole body" : detail.name}
            class="mono"
          />
        </>
      )}
      {place && (
        <>
          {" → "}
          <Text value={`${place.kind} ${place.id}`} />
        </>
      )}
      {source !== undefined && (
        <span class="muted">
          {" from "}
          <Text value={source} />
        </span>
      )}
    </>
  );
}
