import type { DeadLetter } from "./letter.ts";
import { memberAt } from "./member-path.ts";

/** The intentId, if anything in the dead letter shows it. */
export function intentIdOf({ reading, origin }: DeadLetter): string | undefined {
  if (reading.kind === "intent") return reading.intent.intentId;
  if (origin.kind === "function" && origin.failure?.intentId) return origin.failure.intentId;
  const given = memberAt(reading.envelope, ["detail", "intentId"]) ?? memberAt(reading.envelope, ["id"]);
  return typeof given === "string" ? given : undefined;
}

/** The client token that the function reported, which knows the deployment's instances; else the one of the body. */
export function clientTokenOf({
  reading,
  origin,
}: Pick<DeadLetter, "reading" | "origin">): string | undefined {
  const reported = origin.kind === "function" ? origin.failure?.clientToken : undefined;
  return reported ?? (reading.kind === "intent" ? reading.clientToken : undefined);
}

/** Whether a dead letter is about this intent, contact, token or message. */
export function isAbout(letter: DeadLetter, id: string): boolean {
  const { reading, messageId } = letter;
  const { intent, clientToken } = reading.kind === "intent" ? reading : {};
  const ids = [messageId, intentIdOf(letter), intent?.contactId, clientToken, clientTokenOf(letter)];
  return ids.includes(id);
}
