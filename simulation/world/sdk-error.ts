/** An error as the AWS SDK throws it; no `httpStatus` where there was no answer. */
export function sdkError(name: string, message: string, httpStatus?: number, more: object = {}): Error {
  const $metadata =
    httpStatus === undefined ? {} : { httpStatusCode: httpStatus, requestId: `request-${httpStatus}` };
  return Object.assign(new Error(message), { name, $metadata }, more);
}
