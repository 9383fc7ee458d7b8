import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { errorJson, exitCodes, isReportable, UsageError } from "../../cli/errors.ts";
import { type ApiError, errorCodes } from "../protocol/api.ts";

/** Something that the API refuses: `code` is one of the protocol's. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly code: keyof typeof errorCodes;

  constructor(code: keyof typeof errorCodes, message: string) {
    super(message);
    this.code = code;
  }
}

/** What is refused before the API is reached. */
const refusals = {
  WrongHost: {
    status: 421,
    message: "This console answers only to 127.0.0.1 and localhost, at the port that it has printed.",
  },
  ForeignPage: { status: 403, message: "Only the console's own page may ask." },
  NoSession: {
    status: errorCodes.NoSession,
    message:
      "This browser has no session with this console. Open the address that contact-transfer console has printed, or start it again.",
  },
  NotJson: { status: 415, message: "The content type must be application/json." },
  TooLarge: { status: 413, message: "The request is too large: select by a filter instead of one by one." },
} as const satisfies Record<string, { status: ContentfulStatusCode; message: string }>;

export function refusal(code: keyof typeof refusals, context: Context): Response {
  const { status, message } = refusals[code];
  return context.json({ error: { code, message } } satisfies ApiError, status);
}

/** An error as the page gets it. A bug shows its message: everything here is the operator's own. */
export function errorAnswer(error: Error, context: Context): Response {
  if (error instanceof ApiRefusal) {
    const { code, message } = error;
    return context.json({ error: { code, message } } satisfies ApiError, errorCodes[code]);
  }
  const { code = "Failed", ...facts } = errorJson(error).error;
  return context.json({ error: { code, ...facts } } satisfies ApiError, statusOf(error));
}

function statusOf(error: Error): ContentfulStatusCode {
  if (!isReportable(error)) return 500;
  return error instanceof UsageError || error.exitCode === exitCodes.wrongUse ? 400 : 502;
}
