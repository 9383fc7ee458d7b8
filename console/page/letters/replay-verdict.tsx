import type { ContactNow, Letter } from "../../protocol/letters.ts";
import { skipHelp } from "../change/skip-help.ts";
import { Key } from "../parts/key.tsx";
import { Notice } from "../parts/notice.tsx";
import { Text } from "../parts/text.tsx";
import { route } from "../state/address.ts";
import { type ChangeView, formatRoute, type ReplayFlag, routeTo } from "../state/route.ts";
import { canWrite } from "../state/session.ts";

interface ReplayVerdictProps {
  readonly letter: Letter;
  readonly contact: ContactNow | undefined;
  readonly isInQueue: boolean;
}

/** The answer to the question that one has here: can it be replayed, and would that help? */
export function ReplayVerdict({ letter, contact, isInQueue }: ReplayVerdictProps) {
  const { replay, id } = letter;
  const { filter, from, order } = route.value;
  const to = (view: ChangeView, flags: readonly ReplayFlag[] = []) =>
    formatRoute(routeTo(view, { filter, from, order, selected: [id], flags }));
  const wouldFail = contact?.canBeTransferred === false;
  // Whether a replay is safe, only Connect can say.
  const isUnknown = letter.isIntent && letter.history.effect === "unknown";
  const isGood = replay?.isPossible === true && !wouldFail;
  const help = skipHelp(replay?.skipReason ?? "");
  const best = isUnknown
    ? "resolve"
    : isGood
      ? "replay"
      : (help?.view ?? (wouldFail ? "discard" : undefined));
  return (
    <Notice kind={!replay ? "note" : isGood ? "good" : "warning"}>
      <div class="verdict">
        {replay ? (
          <p>
            <strong>
              {replay.isPossible ? "Replayed now, it " : "A replay would skip it: "}
              <Text value={help?.text ?? replay.why} />.
            </strong>
            {wouldFail && replay.isPossible && (
              <>
                {" "}
                But it would fail again: <Text value={contact.why} />.
              </>
            )}
          </p>
        ) : (
          <p>
            <strong>Known from the outcome log only.</strong> The queue shows whether it is still there, and
            what a replay would do.
          </p>
        )}
        <div class="actions">
          {isInQueue &&
            inOrder(best, isUnknown).map(({ view, text, key }) => (
              <a key={view} class={view === best ? "button primary" : "button"} href={to(view)}>
                {view === "replay" && !canWrite.value ? "Plan a replay" : text} <Key name={key} />
              </a>
            ))}
          {isInQueue &&
            help?.flags?.map(({ flag, text }) => (
              <a key={flag} class="button" href={to("replay", [flag])}>
                {text}…
              </a>
            ))}
          {!isInQueue && letter.intentId !== undefined && (
            <a
              class="button"
              href={formatRoute(routeTo("letters", { from: "queue", filter: { intent: [letter.intentId] } }))}
            >
              Find it in the queue
            </a>
          )}
        </div>
      </div>
    </Notice>
  );
}

const changes = [
  { view: "replay", text: "Replay…", key: "r" },
  { view: "edit", text: "Edit…", key: "e" },
  { view: "discard", text: "Discard…", key: "d" },
  { view: "resolve", text: "Resolve…", key: "u" },
] as const;

/** What helps comes first. */
function inOrder(best: ChangeView | undefined, isUnknown: boolean) {
  const possible = changes.filter(({ view }) => view !== "resolve" || isUnknown);
  return possible.toSorted((a, b) => Number(b.view === best) - Number(a.view === best));
}
