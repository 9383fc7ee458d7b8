import type { Ports } from "../ports.ts";

/**
 * Replaces Connect in shadow mode: no request is made, and each is answered as if Connect had accepted it while the
 * contact stayed where it is.
 */
export const shadowTransfer: Ports["transferContact"] = async ({ ContactId }) => ({
  ContactId,
  $metadata: {},
});
