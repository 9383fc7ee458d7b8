import type { ThrottleErrorName } from "./connect-api-error.ts";

export interface RequestQuotaOptions {
  /** Requests a second that are granted in the long run; above 0. @default 2 */
  readonly requestsPerSecond?: number;
  /** Requests that are granted at once after a pause; at least 1. @default 5 */
  readonly burst?: number;
  /** Milliseconds since any fixed instant. */
  readonly now: () => number;
  /** What a 429 is called. @default TooManyRequestsException */
  readonly throttleErrorName?: ThrottleErrorName;
}

/** What an account has unless its quota was raised. */
export const defaultRequestsPerSecond = 2;

/**
 * The request quota of one account and Region: a token bucket for each API operation, full at the start and shared by
 * all instances and callers. A refused request takes nothing.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
 */
export class RequestQuota {
  readonly throttleErrorName: ThrottleErrorName;
  readonly #msPerToken: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** By operation: when its bucket will be full again. One instant says it all and adds up no rounding. */
  readonly #fullAt = new Map<string, number>();

  constructor(options: RequestQuotaOptions) {
    const {
      requestsPerSecond = defaultRequestsPerSecond,
      burst = 5,
      now,
      throttleErrorName = "TooManyRequestsException",
    } = options;
    if (!(requestsPerSecond > 0 && Number.isFinite(requestsPerSecond))) {
      throw new RangeError(`requestsPerSecond is ${requestsPerSecond}; a finite number above 0 is needed.`);
    }
    if (!(burst >= 1 && Number.isFinite(burst))) {
      throw new RangeError(`burst is ${burst}; a finite number of at least 1 is needed.`);
    }
    this.throttleErrorName = throttleErrorName;
    this.#msPerToken = 1000 / requestsPerSecond;
    this.#burst = burst;
    this.#now = now;
  }

  /** Takes one request of an operation out of the quota; false means 429. Other callers of the account take it too. */
  tryTake(operation: string): boolean {
    const now = this.#now();
    const fullAt = Math.max(now, this.#fullAt.get(operation) ?? now);
    const tokens = this.#burst - (fullAt - now) / this.#msPerToken;
    if (tokens < 1) return false;
    this.#fullAt.set(operation, fullAt + this.#msPerToken);
    return true;
  }
}
