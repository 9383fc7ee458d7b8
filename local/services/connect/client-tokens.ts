import { ConnectApiError } from "./connect-api-error.ts";
import type { TransferContactRequest } from "./request-limits.ts";

/**
 * What a repeated client token can meet. The documentation says only that the token "ensures the idempotency of the
 * request", so a caller has to be safe against all four.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html
 */
export const TokenSemantics = {
  /** The first result is answered again. */
  dedupe: "dedupe",
  /** 409 IdempotencyException. */
  conflict: "conflict",
  /** The contact's state is checked before the token: 400, since the first request has ended the contact. */
  "validate-first": "validate-first",
  /** The token has no effect at all. */
  ignored: "ignored",
} as const;
export type TokenSemantics = keyof typeof TokenSemantics;

export interface TransferContactResponse {
  readonly ContactId: string;
  readonly ContactArn: string;
}

export interface ClientTokensOptions {
  readonly semantics: TokenSemantics;
  /** How long a token is known after its success, in milliseconds. */
  readonly keptForMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface KeptAnswer {
  readonly parameters: string;
  readonly answer: TransferContactResponse;
  readonly expiresAt: number;
}

/** The client tokens that Connect remembers. Refused requests leave nothing behind: their token can be used again. */
export class ClientTokens {
  readonly #options: ClientTokensOptions;
  readonly #answers = new Map<string, KeptAnswer>();
  readonly #inFlight = new Set<string>();

  constructor(options: ClientTokensOptions) {
    this.#options = options;
  }

  /**
   * The answer that a repeated token gets; undefined where the request is to be carried out.
   * @throws ConnectApiError IdempotencyException by semantics, and always for a token of another request.
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

  /** Remembers a success. */
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
   * @throws ConnectApiError IdempotencyException while a twin is in flight, except where tokens are ignored.
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
