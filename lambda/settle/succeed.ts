import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";
import type { IdentifiedIntent } from "../intake/intent.ts";
import type { Transferred } from "../transfer/transfer-at-pace.ts";
import { observedOutcome, succeededOutcome } from "./outcome.ts";
import { ageOf, type Disposition, logRecord, outcomeSettings, type RecordContext } from "./record-context.ts";
import { carryResult, retryUndelivered } from "./retry-later.ts";

/** Publishes that Connect has made the transfer. */
export async function succeed(
  context: RecordContext,
  identified: IdentifiedIntent,
  { kind, response, requestId }: Transferred,
): Promise<Disposition> {
  const { record, invocation } = context;
  const { clientToken } = identified;
  try {
    await invocation.outcomes.put(succeededOutcome(identified, record, response, outcomeSettings(context)));
  } catch (error) {
    return carryResult(
      context,
      identified,
      { clientToken, kind, response, requestId },
      "OutcomeNotPublished",
      error,
    );
  }
  return reportSuccess(context, identified, requestId);
}

/** Publishes that Connect's reads have shown the transfer. */
export async function succeedObserved(
  context: RecordContext,
  identified: IdentifiedIntent,
  resolution: Resolution,
): Promise<Disposition> {
  const { record, ports, invocation } = context;
  try {
    await invocation.outcomes.put(observedOutcome(identified, record, resolution, ports.settings));
  } catch (error) {
    return retryUndelivered(context, identified, "OutcomeNotPublished", error);
  }
  return reportSuccess(context, identified);
}

function reportSuccess(
  context: RecordContext,
  identified: IdentifiedIntent,
  requestId?: string,
): Disposition {
  context.ports.metrics.succeeded(ageOf(context, identified));
  logRecord(context, identified, { status: "succeeded", requestId });
  return { kind: "done" };
}
