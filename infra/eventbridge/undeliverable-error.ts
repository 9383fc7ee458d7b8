/**
 * A delivery that no retry can make succeed: EventBridge sends the event to the target's dead-letter queue at once.
 * `deliver` functions throw it for a target that does not exist.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export class UndeliverableError extends Error {
  override readonly name = "UndeliverableError";
  /** What the dead letter's ERROR_CODE says, for instance NO_RESOURCE. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
