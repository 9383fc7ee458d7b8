/** A setting that cannot be used. The message says which one, its value, and what would be right. */
export class SettingError extends Error {
  override readonly name = "SettingError";
  /** The exit code of a command: wrong use. */
  readonly exitCode = 2;
}

/** The longest value in a message. */
const maxLength = 300;

/** A value in a message. */
export function quote(value: unknown): string {
  const text = textOf(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

/** A construct contains itself, and has a path. */
function textOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
