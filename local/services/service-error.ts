/** An error that answers a whole call of a local service. */
export class ServiceError extends Error {
  /** As the SDK names it, for example ValidationException. */
  override readonly name: string;
  readonly httpStatus: number;

  constructor(name: string, message: string, httpStatus = 400) {
    super(message);
    this.name = name;
    this.httpStatus = httpStatus;
  }
}
