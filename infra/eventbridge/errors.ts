/**
 * An event pattern that EventBridge would refuse. The message begins as the service's own does ("Event pattern is
 * not valid. Reason: …") and ends with the place inside the pattern.
 */
export class InvalidEventPatternError extends Error {
  override readonly name = "InvalidEventPatternError";

  /** @param path the members that lead to the fault, as in `detail.state[0].wildcard`; empty for the whole pattern. */
  constructor(reason: string, path = "") {
    super(`Event pattern is not valid. Reason: ${reason}${path === "" ? "" : ` (at ${path})`}`);
  }
}
