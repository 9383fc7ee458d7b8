import type { RequestedBy } from "../../events/generated/contact-transfer-succeeded.ts";
import { parseInstant } from "../../events/rfc3339.ts";

/** EventBridge's limit of an event's source. */
const maxSourceLength = 256;

/** Half a character could make the whole outcome invalid. */
function isSource(value: unknown): value is string {
  return (
    typeof value === "string" && value.length > 0 && value.length <= maxSourceLength && value.isWellFormed()
  );
}

/** What an envelope says about itself, as far as it is valid; undefined if nothing is. */
export function readRequestedBy(envelope: unknown): RequestedBy | undefined {
  // What is no object has none of these members.
  const { source, id, time }: Readonly<Record<string, unknown>> = Object(envelope);
  const requestedBy: RequestedBy = {
    ...(isSource(source) && { source }),
    ...(typeof id === "string" && /^[!-~]{1,128}$/.test(id) && { eventId: id }),
    ...(typeof time === "string" && parseInstant(time) !== undefined && { time }),
  };
  return Object.keys(requestedBy).length > 0 ? requestedBy : undefined;
}
