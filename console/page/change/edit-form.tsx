import { useSignal } from "@preact/signals";
import type { Letter } from "../../protocol/letters.ts";
import type { Edit } from "../../protocol/plans.ts";
import type { JsonLine } from "../parts/json-lines.ts";
import { Text } from "../parts/text.tsx";
import { hasHiddenCharacters } from "../parts/visible-text.ts";
import { adjust, route } from "../state/address.ts";
import {
  editOf,
  type FormField,
  formFields,
  isTextAt,
  problemOf,
  proposedMember,
  unknownMembers,
  valueAt,
} from "./form-fields.ts";

interface EditFormProps {
  readonly lines: readonly JsonLine[];
  readonly letter: Letter;
  readonly edits: readonly Edit[];
}

/** The members of the contract, filled in with what the letter has. What is changed here is changed in every selected letter. */
export function EditForm({ lines, letter, edits }: EditFormProps) {
  const unknown = unknownMembers(lines);
  const inDetail = formFields.filter(({ path }) => path.startsWith("/detail/"));
  const inEnvelope = formFields.filter(({ path }) => !path.startsWith("/detail/"));
  return (
    <form
      class="panel edit-form"
      onSubmit={(event) => event.preventDefault()}
      aria-label="Members of the intent"
    >
      {unknown.map(({ path, name }) => (
        <UnknownMember key={path} path={path} name={name} lines={lines} letter={letter} edits={edits} />
      ))}
      {inDetail.map((field) => (
        <Field key={field.path} field={field} lines={lines} edits={edits} letter={letter} />
      ))}
      <details>
        <summary>The envelope</summary>
        {inEnvelope.map((field) => (
          <Field key={field.path} field={field} lines={lines} edits={edits} letter={letter} />
        ))}
      </details>
    </form>
  );
}

function Field({ field, lines, edits, letter }: EditFormProps & { readonly field: FormField }) {
  const { path, name, kind, description, isRequired } = field;
  const original = valueAt(lines, path);
  const edit = edits.find((each) => each.path === path);
  // JSON is an edit only when it is complete; until the field is left it stays as it was typed.
  const draft = useSignal<string | undefined>(undefined);
  const shown = draft.value ?? (edit ? textOf(edit, kind) : (original ?? ""));
  const change = (value: string) => {
    if (kind === "json") draft.value = value;
    const changed = editOf(field, value, isTextAt(lines, path) || kind === "json" ? original : undefined);
    if (changed || value === (original ?? "")) replaceEdits([path], changed ? [changed] : []);
  };
  const problem = edit || draft.value !== undefined ? problemOf(field, shown) : undefined;
  const leave = () => {
    if (problem === undefined) draft.value = undefined;
  };
  const violation = edit ? undefined : letter.violations.find((each) => each.path === path);
  const fieldId = `field${path.replaceAll("/", "-")}`;
  const shared = {
    id: fieldId,
    class: "mono",
    value: shown,
    "aria-describedby": `${fieldId}-about`,
    "aria-invalid": problem !== undefined,
    autocomplete: "off",
    spellcheck: false,
    onBlur: leave,
  } as const;
  return (
    <div class={`field ${edit ? "is-changed" : ""}`}>
      <label for={fieldId}>
        {name}
        {isRequired && <span class="muted"> required</span>}
      </label>
      {kind === "json" ? (
        <textarea
          {...shared}
          rows={Math.min(8, shown.split("\n").length + 1)}
          onInput={(event) => change(event.currentTarget.value)}
        />
      ) : (
        <input {...shared} onInput={(event) => change(event.currentTarget.value)} />
      )}
      {edit && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            draft.value = undefined;
            replaceEdits([path], []);
          }}
          aria-label={`Undo the change of ${name}`}
        >
          Undo
        </button>
      )}
      <p id={`${fieldId}-about`} class={`about ${problem === undefined ? "muted" : "bad"}`}>
        {problem ?? (violation ? <Text value={violation.message} class="bad" /> : description)}
        {hasHiddenCharacters(shown, "\n") && (
          <span class="warn">
            {" "}
            It has hidden characters: <Text value={shown} />
          </span>
        )}
      </p>
    </div>
  );
}

interface UnknownMemberProps extends EditFormProps {
  readonly path: string;
  readonly name: string;
}

/** A member that the contract does not know can only be removed, or moved to the one that was meant. */
function UnknownMember({ path, name, lines, letter, edits }: UnknownMemberProps) {
  const isRemoved = edits.some((edit) => edit.path === path && edit.json === undefined);
  const violation = letter.violations.find((each) => each.path === path);
  const meant = proposedMember(violation?.message ?? "");
  const value = valueAt(lines, path) ?? "";
  const move = () =>
    replaceEdits(
      [path, `/detail/${meant}`],
      [{ path }, { path: `/detail/${meant}`, json: JSON.stringify(value) }],
    );
  return (
    <div class={`field ${isRemoved ? "is-changed" : ""}`}>
      <p class="field-name">
        <Text value={name} />
        <span class="bad">not in the contract</span>
      </p>
      <p class="mono clip">
        <Text value={value} />
      </p>
      <div class="actions">
        {isRemoved ? (
          <button type="button" class="quiet" onClick={() => replaceEdits([path], [])}>
            Keep it
          </button>
        ) : (
          <>
            {meant !== undefined && (
              <button type="button" onClick={move}>
                Move to {meant}
              </button>
            )}
            <button type="button" onClick={() => replaceEdits([path], [{ path }])}>
              Remove
            </button>
          </>
        )}
      </div>
      {violation && (
        <p class="about bad">
          <Text value={violation.message} />
        </p>
      )}
    </div>
  );
}

/** The edits of other members stay; those of `paths` become `edits`. */
function replaceEdits(paths: readonly string[], edits: readonly Edit[]): void {
  const others = route.value.edits.filter(({ path }) => !paths.includes(path));
  adjust({ edits: [...others, ...edits] });
}

function textOf({ json }: Edit, kind: FormField["kind"]): string {
  if (json === undefined) return "";
  if (kind === "json") return json;
  const value: unknown = JSON.parse(json);
  return typeof value === "string" ? value : json;
}
