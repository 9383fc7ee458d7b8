import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { attributeNames, type History } from "../../lambda/intake/history.ts";
import type { Intent } from "../../lambda/intake/intent.ts";
import type { Instances } from "../../lambda/settings.ts";
import { type ContactOf, contactOf } from "../letters/contact-of.ts";
import { contentHash } from "../letters/hash.ts";
import { intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { serviceAttributes } from "../letters/read-aws-origin.ts";
import { type IntentReading, readIntent } from "../letters/read-intent.ts";
import type { Sketch } from "../receive/work.ts";
import { type Change, type Edit, editBody } from "./edit-body.ts";
import { nextIntentId } from "./next-intent-id.ts";
import type { SkipReason } from "./skip-reasons.ts";

/** How the body of a dead letter is changed before it is replayed. */
export interface EditOptions {
  readonly instances: Instances;
  /** In the order given. */
  readonly edits?: readonly Edit[];
  /** A new intentId: another request. */
  readonly newIdentity?: boolean;
  /** Removes `detail.expiresAt`. */
  readonly ignoreExpiresAt?: boolean;
  /** Replays even what is not an intent. */
  readonly includeInvalid?: boolean;
}

/** What a plan keeps of a dead letter: no body, since a queue may hold a hundred thousand of them. */
export interface LetterSketch extends Sketch {
  readonly intentId?: string;
  /** Dead letters with the same key are the same request. */
  readonly groupKey: string;
  /** Those with the same content too are copies: any one of them can be sent for all. */
  readonly contentKey: string;
  /** Without the displaced attributes. */
  readonly history: History;
  readonly prepared: Prepared;
}

/** What the body alone decides. */
export type Prepared =
  | { readonly kind: "skip"; readonly reason: SkipReason; readonly why?: string }
  | {
      readonly kind: "ready";
      /** Of the edited body, if that is an intent. */
      readonly intent?: Pick<Intent, "intentId" | "time" | "expiresAt">;
      /** The contact of that intent; undefined if its instance is not known. */
      readonly contact?: ContactOf;
      /** The token that the function will use; undefined if that cannot be known here. */
      readonly clientToken?: string;
      /** Another request than the one that failed. */
      readonly isOtherRequest: boolean;
      readonly isEdited: boolean;
      /** What the edits change, in words of bounded length. */
      readonly changes: readonly Change[];
    };

/** A text of a change keeps this much in a plan. */
const maxChangeLength = 200;

export function sketchLetter(letter: DeadLetter, options: EditOptions): LetterSketch {
  const { attributes: _, ...history } = letter.history;
  return {
    messageId: letter.messageId,
    sentAt: letter.sentAt,
    reason: letter.reason,
    intentId: intentIdOf(letter),
    groupKey: letter.groupKey,
    contentKey: `${letter.messageGroupId ?? ""} ${contentHash(letter.intentBody, ownAttributes(letter))}`,
    history,
    prepared: prepare(letter, options),
  };
}

/** The body that is sent, with all edits, and what they change. */
export function editLetter(
  letter: DeadLetter,
  options: EditOptions,
): { readonly body: string; readonly changes: readonly Change[] } | { readonly why: string } {
  const edits = editsOf(letter, options);
  return edits.length > 0 ? editBody(letter.intentBody, edits) : { body: letter.intentBody, changes: [] };
}

/** The message's own attributes: without ours and those of the AWS service that sent it here, and with the displaced ones. */
export function ownAttributes({
  attributes,
  history,
  origin,
}: DeadLetter): Readonly<Record<string, MessageAttributeValue>> {
  const foreign = new Set([...Object.values<string>(attributeNames), ...serviceAttributes[origin.kind]]);
  const displaced = Object.entries(history.attributes ?? {}).map(
    ([name, { dataType, stringValue, binaryValue }]): [string, MessageAttributeValue] => [
      name,
      typeof binaryValue === "string"
        ? { DataType: dataType, BinaryValue: Buffer.from(binaryValue, "base64") }
        : { DataType: dataType, StringValue: stringValue },
    ],
  );
  const present = Object.entries(attributes).filter(([name]) => !foreign.has(name));
  return Object.fromEntries([...displaced, ...present]);
}

function prepare(letter: DeadLetter, options: EditOptions): Prepared {
  if (letter.origin.kind === "event ids") return { kind: "skip", reason: "EventIdsOnly" };
  if (letter.origin.kind === "outcome") return { kind: "skip", reason: "OutcomeCopy" };
  const edited = editLetter(letter, options);
  if ("why" in edited) return { kind: "skip", reason: "EditImpossible", why: edited.why };
  const { body, changes } = edited;
  if (changes.length === 0 && (options.edits ?? []).length > 0) return { kind: "skip", reason: "NoChange" };
  const isEdited = changes.length > 0;
  const after = isEdited ? readIntent(body, options.instances) : letter.reading;
  if (after.kind === "other" && !options.includeInvalid) {
    return { kind: "skip", reason: isEdited ? "InvalidAfterEdits" : "NotAnIntent", why: after.message };
  }
  const list = Object.entries(ownAttributes(letter)).find(([, value]) => isList(value));
  if (list) {
    const why = `its attribute ${list[0]} is a list, which SQS does not accept`;
    return { kind: "skip", reason: "ListAttribute", why };
  }
  const isOtherRequest = isOther(letter.reading, after);
  return {
    kind: "ready",
    ...(after.kind === "intent" && {
      intent: pick(after.intent),
      contact: contactOf({ reading: after }),
      clientToken: tokenOf(letter, after, isOtherRequest),
    }),
    isOtherRequest,
    isEdited,
    changes: changes.map(({ path, from, to }) => ({ path, from: cut(from), to: cut(to) })),
  };
}

function editsOf({ reading }: DeadLetter, options: EditOptions): readonly Edit[] {
  const edits = [...(options.edits ?? [])];
  if (reading.kind !== "intent") return edits;
  if (options.ignoreExpiresAt && reading.intent.expiresAt !== undefined) {
    edits.push({ path: ["detail", "expiresAt"], to: undefined });
  }
  if (options.newIdentity) {
    edits.push({ path: ["detail", "intentId"], to: nextIntentId(reading.intent.intentId) });
  }
  return edits;
}

/** Whether the request would have another token. What was not an intent has never been requested. */
function isOther(before: IntentReading, after: IntentReading): boolean {
  return before.kind === "intent" && after.kind === "intent" && before.clientToken !== after.clientToken;
}

/** A token depends on the instance, and only the function may know the default one. */
function tokenOf(
  { origin }: DeadLetter,
  { intent, clientToken }: IntentReading & { kind: "intent" },
  isOtherRequest: boolean,
): string | undefined {
  const reported = origin.kind === "function" ? origin.failure?.clientToken : undefined;
  if (!isOtherRequest && reported !== undefined) return reported;
  return intent.instanceId === "" ? undefined : clientToken;
}

function isList({ StringListValues = [], BinaryListValues = [] }: MessageAttributeValue): boolean {
  return StringListValues.length > 0 || BinaryListValues.length > 0;
}

function pick({ intentId, time, expiresAt }: Intent): Pick<Intent, "intentId" | "time" | "expiresAt"> {
  return { intentId, time, expiresAt };
}

function cut(text: string | undefined): string | undefined {
  return text === undefined || text.length <= maxChangeLength ? text : `${text.slice(0, maxChangeLength)}…`;
}
