/** An error with which the API answers a whole call. */
export class EventBridgeError extends Error {
  /** The name by which the SDK throws it, for instance ValidationException. */
  override readonly name: string;
  readonly httpStatus: number;

  constructor(name: string, message: string, httpStatus = 400) {
    super(message);
    this.name = name;
    this.httpStatus = httpStatus;
  }
}
