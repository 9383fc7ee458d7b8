/** A setting that cannot be used. The message says which one, its value, and what would be right. */
export class SettingError extends Error {
  override readonly name = "SettingError";
  /** The exit code of a command: wrong use. */
  readonly exitCode = 2;
}

/** A value in a message. */
export function quote(value: unknown): string {
  return JSON.stringify(value);
}
