import type { ContactNow, Letter } from "../../protocol.ts";
import { skipHelp } from "../change/skip-help.ts";
import { Key } from "../parts/key.tsx";
import { Notice } from "../parts/notice.tsx";
import { Text } from "../parts/text.tsx";
import { route } from "../state/address.ts";
import { formatRoute, routeTo } from "../state/route.ts";
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
  const to = (view: "replay" | "edit" | "discard") =>
    formatRoute(routeTo(view, { filter, from, order, selected: [id] }));
  const wouldFail = contact?.canBeTransferred === false;
  const kind = !replay ? "note" : replay.isPossible && !wouldFail ? "good" : "warning";
  return (
    <Notice kind={kind}>
      <div class="verdict">
        <p>
          {replay ? (
            <>
              <strong>
                {replay.isPossible ? (
                  <>
                    Replayed now, it <Text value={replay.why} />.
                  </>
                ) : (
                  <>
                    A replay would skip it:{" "}
                    <Text value={skipHelp(replay.skipReason ?? "")?.text ?? replay.why} />.
                  </>
                )}
              </strong>
              {wouldFail && replay.isPossible && (
                <>
                  {" "}
                  But it would fail again: <Text value={contact.why} />.
                </>
              )}
            </>
          ) : (
            <>
              <strong>Known from the outcome log only.</strong> Read the queue to see whether it is still
              there and what a replay would do.
            </>
          )}
        </p>
        {isInQueue && (
          <div class="actions">
            {(skipHelp(replay?.skipReason ?? "")?.flags ?? []).map(({ flag, text }) => (
              <a
                key={flag}
                class="button"
                href={formatRoute(routeTo("replay", { filter, from, order, selected: [id], flags: [flag] }))}
              >
                {text}…
              </a>
            ))}
            <a class="button" href={to("replay")}>
              {canWrite.value ? "Replay…" : "Plan a replay"} <Key name="r" />
            </a>
            <a class="button" href={to("edit")}>
              Edit… <Key name="e" />
            </a>
            <a class="button" href={to("discard")}>
              Discard… <Key name="d" />
            </a>
          </div>
        )}
      </div>
    </Notice>
  );
}
