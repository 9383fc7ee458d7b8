/** An error as the AWS SDK throws it; `httpStatus` is undefined if there was no response. */
export function sdkError(name: string, message: string, httpStatus?: number, more: object = {}): Error {
  const $metadata =
    httpStatus === undefined ? {} : { httpStatusCode: httpStatus, requestId: `request-${httpStatus}` };
  return Object.assign(new Error(message), { name, $metadata }, more);
}
