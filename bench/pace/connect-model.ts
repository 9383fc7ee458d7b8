import type { ConnectClientConfig } from "@aws-sdk/client-connect";
import type { Clock } from "../../lambda/ports.ts";
import { ConnectApiError } from "../../local/services/connect/connect-api-error.ts";
import type { TransferContactInput } from "../../local/services/connect/request-limits.ts";
import { RequestQuota } from "../../local/services/connect/request-quota.ts";
import type { ConnectWorld } from "../../local/services/connect/world/connect-world.ts";

/** A quota that counts requests and throttles, those of other callers apart. */
export class CountingQuota extends RequestQuota {
  calls = 0;
  throttled = 0;
  othersCalls = 0;
  othersThrottled = 0;

  override tryTake(operation: string): boolean {
    const isGranted = super.tryTake(operation);
    this.calls += 1;
    if (!isGranted) this.throttled += 1;
    return isGranted;
  }

  /** A request of another caller in the account and Region. */
  tryTakeForOthers(operation: string): void {
    this.othersCalls += 1;
    if (!super.tryTake(operation)) this.othersThrottled += 1;
  }
}

export interface ConnectModelOptions {
  readonly world: ConnectWorld;
  readonly quota: CountingQuota;
  readonly clock: Clock;
  readonly random: () => number;
  /** While true, Connect returns 503. */
  readonly isDown: () => boolean;
}

/** The latency of a request, half of it before the request has its effect. */
const latencyMs = { least: 60, most: 140 };

/** The Connect API in virtual time, as a request handler for real SDK clients. */
export class ConnectModel {
  readonly #options: ConnectModelOptions;
  readonly #transferredBy = new Map<string, string | undefined>();
  /** Requests with another token for a contact that had already been transferred. */
  duplicates = 0;

  constructor(options: ConnectModelOptions) {
    this.#options = options;
  }

  /** A transport for one function instance; after its end it never answers. */
  requestHandler(hasEnded: () => boolean): NonNullable<ConnectClientConfig["requestHandler"]> {
    const { clock, random } = this.#options;
    const { least, most } = latencyMs;
    return {
      metadata: { handlerProtocol: "http/1.1" },
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
      handle: async (
        { body }: { body: Uint8Array },
        { abortSignal: signal }: { abortSignal?: AbortSignal },
      ) => {
        if (hasEnded()) return new Promise<never>(() => {});
        const oneWayMs = (least + random() * (most - least)) / 2;
        await clock.sleep(oneWayMs, signal);
        const answer = this.#answer(JSON.parse(new TextDecoder().decode(body)));
        await clock.sleep(oneWayMs, signal);
        return { response: answer };
      },
    };
  }

  #answer(input: TransferContactInput) {
    const { world, quota, isDown } = this.#options;
    try {
      if (!quota.tryTake("TransferContact")) {
        throw new ConnectApiError(quota.throttleErrorName, "Rate exceeded");
      }
      if (isDown()) throw new ConnectApiError("ServiceUnavailableException", "Down");
      this.#watch(input);
      return httpAnswer(200, world.transferContact(input));
    } catch (error) {
      if (!(error instanceof ConnectApiError)) throw error;
      return httpAnswer(error.httpStatus, { Message: error.message }, error.name);
    }
  }

  #watch({ ContactId = "", ClientToken }: TransferContactInput): void {
    if (!this.#transferredBy.has(ContactId)) this.#transferredBy.set(ContactId, ClientToken);
    else if (this.#transferredBy.get(ContactId) !== ClientToken) this.duplicates += 1;
  }
}

function httpAnswer(statusCode: number, output: object, errorName?: string) {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (errorName) headers["x-amzn-errortype"] = errorName;
  return { statusCode, headers, body: Buffer.from(JSON.stringify(output)) };
}
