/** What every command of the program exits with. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2, incomplete: 3, interrupted: 130 } as const;

/** What an error says to a program, beside its message. */
export interface ErrorFacts extends ErrorOptions {
  /** `AccessDenied`, `NotFound` and so on. */
  readonly code?: string;
  /** What to do about it. The message ends with it. */
  readonly hint?: string;
  /** Of a ToolError. @default 1 */
  readonly exitCode?: number;
}

/** The command was used wrongly. The message says what is wrong and what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode = exitCodes.wrongUse;
  readonly code: string;
  readonly hint?: string;

  constructor(message: string, { code = "WrongUse", hint, ...options }: ErrorFacts = {}) {
    super(withHint(message, hint), options);
    this.code = code;
    this.hint = hint;
  }
}

/** Something outside the program does not work. The message says what, and what to do about it. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly exitCode: number;
  readonly code: string;
  readonly hint?: string;

  constructor(
    message: string,
    { code = "Failed", hint, exitCode = exitCodes.failed, ...options }: ErrorFacts = {},
  ) {
    super(withHint(message, hint), options);
    this.exitCode = exitCode;
    this.code = code;
    this.hint = hint;
  }
}

function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** An error that a person can fix: its message is enough, and a stack trace would only hide it. */
export function isReportable(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
}

const failed: ErrorFacts = { code: "Failed" };

/** An error as `--json` prints it. */
export function errorJson(error: Error) {
  const { code, hint } = error instanceof UsageError || error instanceof ToolError ? error : failed;
  return { error: { code, message: error.message, hint } };
}
