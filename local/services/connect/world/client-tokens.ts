import { ConnectApiError } from "../connect-api-error.ts";
import type { TransferContactRequest } from "../request-limits.ts";

/**
 * What Connect may do with a repeated client token. Its documentation says only that the token "ensures the idempotency
 * of the request", so a caller must be safe against all four.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html
 */
export const TokenSemantics = {
  /** It returns the first result. */
  dedupe: "dedupe",
  /** It answers 409 IdempotencyException. */
  conflict: "conflict",
  /** It checks the contact before the token: 400, because the first request has ended the contact. */
  "validate-first": "validate-first",
  /** It ignores the token. */
  ignored: "ignored",
} as const;
export type TokenSemantics = keyof typeof TokenSemantics;

export interface TransferContactResponse {
  readonly ContactId: string;
  readonly ContactArn: string;
}

export interface ClientTokensOptions {
  readonly semantics: TokenSemantics;
  /** How long a token is remembered after a success, in milliseconds. */
  readonly keptForMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface KeptAnswer {
  readonly parameters: string;
  readonly answer: TransferContactResponse;
  readonly expiresAt: number;
}

/** The client tokens that Connect remembers. A rejected request leaves no trace: its token can be reused. */
export class ClientTokens {
  readonly #options: ClientTokensOptions;
  readonly #answers = new Map<string, KeptAnswer>();
  readonly #inFlight = new Set<string>();

  constructor(options: ClientTokensOptions) {
    this.#options = options;
  }

  /**
   * The answer to a repeated token; undefined if the request must be carried out.
   * @throws ConnectApiError IdempotencyException depending on the semantics, and always for a token of another request.
   */
  answerTo(request: TransferContactRequest): TransferContactResponse | undefined {
    const { semantics, now } = this.#options;
    if (request.ClientToken === undefined || semantics === "ignored") return undefined;
    const kept = this.#answers.get(request.ClientToken);
    if (!kept || kept.expiresAt <= now()) return undefined;
    if (kept.parameters !== parametersOf(request)) {
      throw new ConnectApiError("IdempotencyException", "ClientToken was used with other parameters");
    }
    if (semantics === "conflict") {
      throw new ConnectApiError("IdempotencyException", "A request with this ClientToken was already made");
    }
    return kept.answer;
  }

  keep(request: TransferContactRequest, answer: TransferContactResponse): void {
    const { keptForMs, now } = this.#options;
    if (request.ClientToken === undefined) return;
    this.#answers.set(request.ClientToken, {
      parameters: parametersOf(request),
      answer,
      expiresAt: now() + keptForMs,
    });
  }

  /**
   * Marks a token as in flight until the returned function is called.
   * @throws ConnectApiError IdempotencyException while a duplicate is in flight, unless tokens are ignored.
   */
  hold(token: string | undefined): () => void {
    if (token === undefined || this.#options.semantics === "ignored") return () => {};
    if (this.#inFlight.has(token)) {
      throw new ConnectApiError("IdempotencyException", "A request with this ClientToken is in progress");
    }
    this.#inFlight.add(token);
    return () => this.#inFlight.delete(token);
  }
}

function parametersOf({ InstanceId, ContactId, ContactFlowId, QueueId, UserId }: TransferContactRequest) {
  return JSON.stringify([InstanceId, ContactId, ContactFlowId, QueueId, UserId]);
}
