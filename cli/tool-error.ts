/** Something outside of the tool does not work: its message says what, and what to do; the exit code is 1. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}
