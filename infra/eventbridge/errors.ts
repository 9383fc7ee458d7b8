/**
 * An event pattern that EventBridge would reject. The message begins as the service's own does ("Event pattern is
 * not valid. Reason: …") and ends with the place in the pattern.
 */
export class InvalidEventPatternError extends Error {
  override readonly name = "InvalidEventPatternError";

  /** @param path the members that lead to the fault, as in `detail.state[0].wildcard`; empty for the whole pattern. */
  constructor(reason: string, path = "") {
    super(`Event pattern is not valid. Reason: ${reason}${path === "" ? "" : ` (at ${path})`}`);
  }
}

/**
 * A delivery that retries cannot help: EventBridge sends the event to the target's dead-letter queue at once.
 * `deliver` functions throw it for a target that does not exist.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export class UndeliverableError extends Error {
  override readonly name = "UndeliverableError";
  /** The dead letter's ERROR_CODE, for instance NO_RESOURCE. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Input settings that EventBridge would reject when a target is added to a rule. */
export class InvalidTargetInputError extends Error {
  override readonly name = "InvalidTargetInputError";

  /** @param where the setting, for instance `InputPathsMap.status`. */
  constructor(where: string, reason: string, options?: ErrorOptions) {
    super(`${where}: ${reason}`, options);
  }
}
