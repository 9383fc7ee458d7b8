import type { IdentifiedIntent } from "../intake/intent.ts";
import type { Transferred } from "../transfer/transfer-at-pace.ts";
import type { Disposition } from "./disposition.ts";
import { succeededOutcome } from "./outcome.ts";
import { ageOf, logRecord, type RecordContext } from "./record-context.ts";
import { carryResult } from "./retry-later.ts";

/** Publishes that Connect has made the transfer. */
export async function succeed(
  context: RecordContext,
  identified: IdentifiedIntent,
  { kind, response, requestId }: Transferred,
): Promise<Disposition> {
  const { record, ports, invocation } = context;
  const { clientToken } = identified;
  try {
    await invocation.outcomes.put(succeededOutcome(identified, record, response, ports.settings));
  } catch (error) {
    return carryResult(context, identified, { clientToken, kind, response, requestId }, error);
  }
  ports.metrics.succeeded(ageOf(context, identified));
  logRecord(context, identified, { status: "succeeded", requestId });
  return { kind: "done" };
}
