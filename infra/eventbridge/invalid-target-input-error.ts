/** Input settings that EventBridge would refuse when a rule gets its target. */
export class InvalidTargetInputError extends Error {
  override readonly name = "InvalidTargetInputError";

  /** @param where the setting, for instance `InputPathsMap.status`. */
  constructor(where: string, reason: string, options?: ErrorOptions) {
    super(`${where}: ${reason}`, options);
  }
}

/** Refuses a setting that is empty or too long. */
export function requireLength(where: string, text: string, most: number): void {
  if (text.length >= 1 && text.length <= most) return;
  throw new InvalidTargetInputError(where, `has ${text.length} characters, 1 to ${most} are allowed`);
}

/** Parses a setting that has to be JSON. */
export function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidTargetInputError(where, "is not valid JSON; strings need quotes", { cause: error });
  }
}
