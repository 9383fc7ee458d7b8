import type { TransferResponse } from "../../events/generated/contact-transfer-succeeded.ts";
import type { IdentifiedIntent } from "../intake/intent.ts";
import type { Disposition } from "./disposition.ts";
import { succeededOutcome } from "./outcome.ts";
import { ageOf, logRecord, type RecordContext } from "./record-context.ts";
import { retryUndelivered } from "./retry-later.ts";

/** Publishes that Connect has made the transfer. */
export async function succeed(
  context: RecordContext,
  identified: IdentifiedIntent,
  { response, requestId }: { readonly response: TransferResponse; readonly requestId?: string },
): Promise<Disposition> {
  const { record, ports, invocation } = context;
  try {
    await invocation.outcomes.put(succeededOutcome(identified, record, response, ports.settings));
  } catch (error) {
    return retryUndelivered(context, identified, "OutcomeNotPublished", error);
  }
  ports.metrics.succeeded(ageOf(context, identified));
  logRecord(context, identified, { status: "succeeded", requestId });
  return { kind: "done" };
}
