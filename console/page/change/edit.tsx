import { useSignal } from "@preact/signals";
import type { Letter } from "../../protocol/letters.ts";
import type { Edit, ReplayPlan } from "../../protocol/plans.ts";
import { editedLines } from "../parts/edited-lines.ts";
import { jsonLines } from "../parts/json-lines.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Failure } from "../parts/notice.tsx";
import { Id } from "../parts/text.tsx";
import { formatCount, plural } from "../parts/time.ts";
import { adjust, go, route } from "../state/address.ts";
import { call } from "../state/api.ts";
import { useDebounced } from "../state/debounce.ts";
import { useKeys } from "../state/keys.ts";
import { useLoad } from "../state/load.ts";
import { formatRoute, listOf, selectionOf } from "../state/route.ts";
import { exampleId, replayRequestOf } from "../state/selection.ts";
import { queueReadAt, readQueue } from "../state/session.ts";
import { EditForm } from "./edit-form.tsx";
import { NothingSelected } from "./nothing-selected.tsx";
import { ChangeList, ViolationList } from "./plan-parts.tsx";

const typingMs = 300;

/** A change of many letters at once: the form beside the JSON, and what it does to all of them. */
export function EditView() {
  const place = route.value;
  const selection = selectionOf(place);
  const id = exampleId(place, selection);
  const { state: letterState } = useLoad(
    id,
    (signal) => call("GET /api/letters/:id", { id: id ?? "" }, signal),
    undefined,
    queueReadAt.value,
  );
  const request = place.edits.length > 0 ? replayRequestOf(place) : undefined;
  const typed = useDebounced(request && JSON.stringify(request), typingMs);
  const { state: planState } = useLoad(
    typed && "plan",
    (signal) => call("POST /api/plans/replay", { body: JSON.parse(typed ?? "") }, signal),
    undefined,
    `${typed} ${queueReadAt.value}`,
  );
  const { value: letter, failure } = letterState.value;
  const { value: plan, failure: planFailure, isLoading } = planState.value;
  const toReplay = { ...place, view: "replay" } as const;
  useKeys([
    {
      key: "Enter",
      text: "Go on to the replay",
      run: () => {
        if (place.edits.length > 0) go(toReplay);
      },
    },
    { key: "R", text: "Read the queue", run: () => void readQueue() },
    { key: "Escape", text: "Back to the list", run: () => go(listOf(place)) },
  ]);
  // What was typed and is not complete is no edit: a new form forgets it.
  const formNumber = useSignal(0);
  const undoAll = () => {
    formNumber.value++;
    adjust({ edits: [] });
  };
  if (!selection) return <NothingSelected />;
  const count = selection.kind === "ids" ? selection.ids.length : plan?.selected;
  return (
    <>
      <header class="list-head">
        <h1>{count === undefined ? "Edit all that match" : `Edit ${plural(count, "dead letter")}`}</h1>
        <span class="spread" />
        <button type="button" class="quiet" disabled={place.edits.length === 0} onClick={undoAll}>
          Undo all changes
        </button>
        <a
          class="button primary"
          href={place.edits.length > 0 ? formatRoute(toReplay) : undefined}
          aria-disabled={place.edits.length === 0}
        >
          Go on to the replay
        </a>
      </header>
      <EditCounts plan={plan} isLoading={isLoading} hasEdits={place.edits.length > 0} />
      <Failure failure={failure ?? planFailure} />
      {letter ? (
        <EditColumns
          key={`${letter.id} ${formNumber.value}`}
          letter={letter}
          edits={place.edits}
          plan={plan}
          count={count}
        />
      ) : (
        !failure && <p class="empty">Reading the first of them…</p>
      )}
    </>
  );
}

function EditCounts({
  plan,
  isLoading,
  hasEdits,
}: {
  readonly plan?: ReplayPlan;
  readonly isLoading: boolean;
  readonly hasEdits: boolean;
}) {
  const edited = plan?.edited;
  return (
    <p class={`counts ${isLoading ? "is-loading" : ""}`} aria-live="polite">
      {!hasEdits && (
        <span class="muted">Change a member on the left: what it does to all of them is shown here.</span>
      )}
      {hasEdits && !edited && <span class="muted">Counting…</span>}
      {hasEdits && edited && (
        <>
          <strong>{formatCount(edited.changed)}</strong> change,{" "}
          <strong>{formatCount(edited.unchanged)}</strong> do not,{" "}
          <strong class={edited.invalid > 0 ? "bad" : ""}>{formatCount(edited.invalid)}</strong> become
          invalid
        </>
      )}
    </p>
  );
}

interface EditColumnsProps {
  readonly letter: Letter;
  readonly edits: readonly Edit[];
  readonly plan: ReplayPlan | undefined;
  readonly count: number | undefined;
}

function EditColumns({ letter, edits, plan, count }: EditColumnsProps) {
  const showsOriginal = useSignal(false);
  const lines = letter.body === undefined ? undefined : jsonLines(letter.body);
  if (!lines)
    return (
      <p class="empty">
        Its body is not JSON: it cannot be edited here. Export it, correct the file, import it.
      </p>
    );
  const shown = showsOriginal.value ? lines : editedLines(lines, edits);
  const violations =
    edits.length === 0 || showsOriginal.value ? letter.violations : (plan?.edited?.violations ?? []);
  return (
    <div class="edit-columns">
      <EditForm lines={lines} letter={letter} edits={edits} />
      <div class="stack-gap">
        <section class="panel" aria-labelledby="result">
          <header class="panel-head">
            <h2 id="result">Result</h2>
            <span class="muted clip">
              {count === 1 ? "" : "in the first of them, "}
              <Id value={letter.intentId ?? letter.id} />
            </span>
            <span class="spread" />
            <label class="switch">
              <input
                type="checkbox"
                checked={showsOriginal.value}
                onChange={(event) => {
                  showsOriginal.value = event.currentTarget.checked;
                }}
              />
              As it was
            </label>
          </header>
          <JsonView lines={shown} violations={violations} label="The intent with the changes" />
        </section>
        {plan?.edited && <ViolationList title="They become invalid" violations={plan.edited.violations} />}
        {plan?.edited && count !== 1 && plan.edited.differences.length > 0 && (
          <ChangeList edited={plan.edited} />
        )}
      </div>
    </div>
  );
}
