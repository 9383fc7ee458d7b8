import type { ConnectApiError } from "./connect-api-error.ts";

/** A request that changes something, and what became of it, as far as CloudTrail records that. */
export interface ConnectApiCall {
  readonly eventName: "TransferContact" | "StartTaskContact" | "StopContact";
  /** As the answer names it. */
  readonly requestId: string;
  readonly requestParameters: object;
  readonly responseElements?: object;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

export type ApiCallListener = (call: ConnectApiCall) => void;

export function apiCall(
  eventName: ConnectApiCall["eventName"],
  requestParameters: object,
  response: Response,
  result: { readonly output: object } | { readonly error: ConnectApiError },
): ConnectApiCall {
  return {
    eventName,
    requestId: response.headers.get("x-amzn-requestid") ?? "",
    requestParameters,
    ...("output" in result
      ? { responseElements: result.output }
      : { errorCode: result.error.name, errorMessage: result.error.message }),
  };
}
