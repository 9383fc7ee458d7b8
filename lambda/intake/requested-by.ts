import type { RequestedBy } from "../../events/generated/contact-transfer-succeeded.ts";
import { parseInstant } from "../../events/rfc3339.ts";

/** EventBridge's limit of an event's source. */
const maxSourceLength = 256;

/** What an envelope says about itself, as far as it is valid; undefined if nothing is. */
export function readRequestedBy(envelope: unknown): RequestedBy | undefined {
  if (typeof envelope !== "object" || envelope === null) return undefined;
  const { source, id, time } = envelope as Record<string, unknown>;
  const requestedBy: RequestedBy = {
    ...(typeof source === "string" && source.length > 0 && source.length <= maxSourceLength && { source }),
    ...(typeof id === "string" && /^[!-~]{1,128}$/.test(id) && { eventId: id }),
    ...(typeof time === "string" && parseInstant(time) !== undefined && { time }),
  };
  return Object.keys(requestedBy).length > 0 ? requestedBy : undefined;
}
