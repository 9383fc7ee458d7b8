import type { ThrottleErrorName } from "./connect-api-error.ts";

export interface RequestQuotaOptions {
  /** Sustained requests per second, above 0. @default 2 */
  readonly requestsPerSecond?: number;
  /** Requests granted at once after a pause; at least 1. @default 5 */
  readonly burst?: number;
  /** Milliseconds since any fixed instant. */
  readonly now: () => number;
  /** The error name of a 429. @default TooManyRequestsException */
  readonly throttleErrorName?: ThrottleErrorName;
}

/** The quota of an account until it is increased. */
export const defaultRequestsPerSecond = 2;

/**
 * The request quota of one account and Region: a token bucket for each API operation, full at the start and shared by
 * all instances and callers. A rejected request takes no token.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
 */
export class RequestQuota {
  readonly throttleErrorName: ThrottleErrorName;
  readonly #msPerToken: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** By operation: when its bucket will be full. A single instant accumulates no rounding errors. */
  readonly #fullAt = new Map<string, number>();

  constructor(options: RequestQuotaOptions) {
    const {
      requestsPerSecond = defaultRequestsPerSecond,
      burst = 5,
      now,
      throttleErrorName = "TooManyRequestsException",
    } = options;
    if (!(requestsPerSecond > 0 && Number.isFinite(requestsPerSecond))) {
      throw new RangeError(`requestsPerSecond is ${requestsPerSecond}; it must be a finite number above 0.`);
    }
    if (!(burst >= 1 && Number.isFinite(burst))) {
      throw new RangeError(`burst is ${burst}; it must be a finite number of at least 1.`);
    }
    this.throttleErrorName = throttleErrorName;
    this.#msPerToken = 1000 / requestsPerSecond;
    this.#burst = burst;
    this.#now = now;
  }

  /** Takes one token of an operation; false means 429. */
  tryTake(operation: string): boolean {
    const now = this.#now();
    const fullAt = Math.max(now, this.#fullAt.get(operation) ?? now);
    const tokens = this.#burst - (fullAt - now) / this.#msPerToken;
    if (tokens < 1) return false;
    this.#fullAt.set(operation, fullAt + this.#msPerToken);
    return true;
  }
}
