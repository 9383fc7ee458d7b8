import type { Violation } from "../../protocol/letters.ts";
import type { LetterName, ReplayPlan } from "../../protocol/plans.ts";
import { Notice } from "../parts/notice.tsx";
import { Id, Text } from "../parts/text.tsx";
import { formatCount, formatDuration, plural } from "../parts/time.ts";
import { adjust, route } from "../state/address.ts";
import { formatRoute } from "../state/route.ts";
import { skipHelp } from "./skip-help.ts";

export function ViolationList({
  title,
  violations,
}: {
  readonly title: string;
  readonly violations: readonly Violation[];
}) {
  if (violations.length === 0) return null;
  return (
    <Notice kind="bad">
      <strong>{title}:</strong>
      <ul>
        {violations.map(({ path, message }) => (
          <li key={path + message}>
            <Text value={message} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** What edits change, each distinct difference once. */
export function ChangeList({
  edited: { differences, moreDifferences },
}: {
  readonly edited: NonNullable<ReplayPlan["edited"]>;
}) {
  return (
    <section class="panel" aria-labelledby="changes">
      <h2 id="changes">What changes</h2>
      <ol class="changes">
        {differences.map(({ count, example, changes }) => (
          <li key={example.id}>
            <p class="muted">
              {plural(count, "dead letter")}, such as <Name of={example} />
            </p>
            {changes.map(({ path, from, to }) => (
              <div key={path} class="change mono">
                {from !== undefined && (
                  <p class="removed">
                    <span class="hidden-text">removed </span>
                    <span aria-hidden="true">− </span>
                    <Text value={path} />: <Text value={from} />
                  </p>
                )}
                {to !== undefined && (
                  <p class="added">
                    <span class="hidden-text">added </span>
                    <span aria-hidden="true">+ </span>
                    <Text value={path} />: <Text value={to} />
                  </p>
                )}
              </div>
            ))}
          </li>
        ))}
      </ol>
      {moreDifferences > 0 && <p class="muted">And {plural(moreDifferences, "more difference")}.</p>}
    </section>
  );
}

/** What a replay would do: how many go, in which steps, which stay and why, and what must be known before. */
export function PlanSummary({ plan, isAtOnce }: { readonly plan: ReplayPlan; readonly isAtOnce: boolean }) {
  const { selected, toReplay, merged, skipped, notes, perSecond, seconds, steps, assumed } = plan;
  return (
    <section class="panel" aria-labelledby="plan">
      <h2 id="plan">The plan</h2>
      <div class="plan-figures">
        <p>
          <strong class="figure">{formatCount(toReplay)}</strong> of {plural(selected, "dead letter")} would
          be sent
        </p>
        <p>
          <strong class="figure">{formatDuration(seconds * 1000)}</strong> at {perSecond} per second
        </p>
        {(steps.length > 1 || isAtOnce) && (
          <p>
            <strong class="figure">
              {isAtOnce ? formatCount(toReplay) : steps.map(formatCount).join(" → ")}
            </strong>
            {isAtOnce ? " in one go" : " in steps"}
          </p>
        )}
      </div>
      {merged > 0 && (
        <p class="muted">{plural(merged, "is a copy", "are copies")} of a request that is sent once.</p>
      )}
      {notes.map(({ kind, text }) => (
        <Notice key={text} kind={kind === "warning" ? "warning" : "note"}>
          {kind === "warning" && <strong>Warning: </strong>}
          <Text value={text} />
        </Notice>
      ))}
      {skipped.length > 0 && (
        <ul class="skipped">
          {skipped.map(({ skipReason, count, why, examples }) => (
            <li key={skipReason}>
              <strong>{formatCount(count)}</strong> would be skipped:{" "}
              <Text value={skipHelp(skipReason)?.text ?? why} />{" "}
              <span class="muted">
                (
                {examples.map((example, index) => (
                  <>
                    {index > 0 && ", "}
                    <Name of={example} />
                  </>
                ))}
                {count > examples.length && ", …"})
              </span>
              <SkipActions skipReason={skipReason} />
            </li>
          ))}
        </ul>
      )}
      {assumed !== undefined && (
        <p class="muted">
          Assumed: <Text value={assumed} />.
        </p>
      )}
    </section>
  );
}

const viewTexts = { edit: "Edit…", discard: "Discard…", resolve: "Resolve…" } as const;

function SkipActions({ skipReason }: { readonly skipReason: string }) {
  const { flags = [], view } = skipHelp(skipReason) ?? {};
  const place = route.value;
  const open = flags.filter(({ flag }) => !place.flags.includes(flag));
  if (open.length === 0 && view === undefined) return null;
  return (
    <span class="skip-actions">
      {view !== undefined && (
        <a class="button" href={formatRoute({ ...place, view })}>
          {viewTexts[view]}
        </a>
      )}
      {open.map(({ flag, text }) => (
        <button key={flag} type="button" onClick={() => adjust({ flags: [...place.flags, flag] })}>
          {text}
        </button>
      ))}
    </span>
  );
}

function Name({ of: { id, intentId } }: { readonly of: LetterName }) {
  return <Id value={intentId ?? id.slice(0, 8)} />;
}
