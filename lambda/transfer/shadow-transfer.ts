import type { Ports } from "../ports.ts";

/**
 * Stands in for Connect in shadow mode: no request is made, and each is answered as if Connect had taken it and the
 * contact had stayed where it is.
 */
export const shadowTransfer: Ports["transferContact"] = async ({ ContactId }) => ({
  ContactId,
  $metadata: { httpStatusCode: 200 },
});
