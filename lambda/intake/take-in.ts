import type { Clock } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import type { Settings } from "../settings.ts";
import { checkAge } from "./age.ts";
import { checkAllowed } from "./allow-list.ts";
import { deriveClientToken } from "./client-token.ts";
import type { History } from "./history.ts";
import type { IdentifiedIntent, ReadSoFar, ReducedIntent } from "./intent.ts";
import { parseEnvelope } from "./parse-envelope.ts";
import type { IntentRecord } from "./record.ts";
import { readRequestedBy } from "./requested-by.ts";

/** An intent to transfer, or why there is none, with as much of it as could be read. */
export type Intake =
  | (IdentifiedIntent & { readonly refusal?: undefined })
  | (ReadSoFar & { readonly refusal: Refusal });

interface IntakeContext {
  readonly record: IntentRecord;
  readonly history: History;
  readonly ports: { readonly settings: Settings; readonly clock: Clock };
}

interface IntakeTools {
  validateIntent(envelope: unknown): Promise<ReducedIntent>;
  /** Results that Connect has already given, by token. */
  readonly results: { has(clientToken: string): boolean };
}

/**
 * Turns a record into an intent. The checks run in this order: `InvalidIntent`, `NotAllowed`, `IntentExpired`. An intent
 * that already has a result needs no request: it is never too old, and no setting forbids it any more.
 */
export async function takeIn(
  { record, history, ports: { settings, clock } }: IntakeContext,
  { validateIntent, results }: IntakeTools,
): Promise<Intake> {
  const parsed = parseEnvelope(record.body);
  if ("refusal" in parsed) return parsed;

  const requestedBy = readRequestedBy(parsed.value);
  const validated = await validateIntent(parsed.value);
  if (!validated.intent) return { ...validated, requestedBy };

  const { intent } = validated;
  const clientToken = deriveClientToken(intent);
  const findTooOld = () => checkAge(intent, record, history, settings.maxIntentAgeMs, clock.now());
  const isAnswered = results.has(clientToken) || history.result?.clientToken === clientToken;
  const refusal = isAnswered
    ? undefined
    : (validated.refusal ?? checkAllowed(intent, settings) ?? findTooOld());
  return { intent, clientToken, requestedBy, refusal };
}
