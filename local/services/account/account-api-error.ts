/** An error as the service returns it. */
export class AccountApiError extends Error {
  override readonly name: string;
  readonly httpStatus: number;

  constructor(name: string, message: string, httpStatus = 400) {
    super(message);
    this.name = name;
    this.httpStatus = httpStatus;
  }
}
