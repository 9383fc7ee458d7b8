import { jsonAnswer } from "./json-answer.ts";

/**
 * The errors of the local Connect and their HTTP status. The first group comes from the API's model (TransferContact and
 * DescribeContact); AWS answers with the second before a request reaches an operation.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html#API_TransferContact_Errors
 */
export const httpStatusOfError = {
  InvalidRequestException: 400,
  ServiceQuotaExceededException: 402,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  IdempotencyException: 409,
  ThrottlingException: 429,
  TooManyRequestsException: 429,
  InternalServiceException: 500,

  SerializationException: 400,
  UnknownOperationException: 404,
  ServiceUnavailableException: 503,
} as const;

export type ConnectErrorName = keyof typeof httpStatusOfError;

/** The name of a 429: the documentation says the first, callers have seen both. */
export type ThrottleErrorName = "ThrottlingException" | "TooManyRequestsException";

/** An error of the local Connect; on the wire it is the service exception of the same name. */
export class ConnectApiError extends Error {
  override readonly name: ConnectErrorName;
  readonly httpStatus: number;

  constructor(name: ConnectErrorName, message: string) {
    super(message);
    this.name = name;
    this.httpStatus = httpStatusOfError[name];
  }
}

/** The SDK takes an error's class from the header and its text from `Message`, the member's name in the model. */
export function errorAnswer(name: string, status: number, message: string): Response {
  return jsonAnswer({ Message: message }, { status, headers: { "x-amzn-errortype": name } });
}
