import type { DeadLetter } from "./letter.ts";

/** The contact that an intent names, separate so that a listing need not keep the dead letter. */
export interface ContactOf {
  readonly instanceId: string;
  readonly contactId: string;
}

/** The contact of a dead letter; undefined if it is not an intent, or its instance is not known. */
export function contactOf({ reading }: Pick<DeadLetter, "reading">): ContactOf | undefined {
  if (reading.kind !== "intent" || reading.intent.instanceId === "") return undefined;
  const { instanceId, contactId } = reading.intent;
  return { instanceId, contactId };
}

export function contactKey({ instanceId, contactId }: ContactOf): string {
  return `${instanceId}/${contactId}`;
}
