/** What every command of the program exits with. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2, incomplete: 3, interrupted: 130 } as const;

/** The command was used wrongly. The message says what is wrong and what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode = exitCodes.wrongUse;
}

/** Something outside the program does not work. The message says what, and what to do about it. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly exitCode = exitCodes.failed;
}

/** An error that a person can fix: its message is enough, and a stack trace would only hide it. */
export function isReportable(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
}
