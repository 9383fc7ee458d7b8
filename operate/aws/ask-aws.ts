import { explainError } from "./explain-error.ts";

/** Makes a call; what it throws is told in one sentence with the permission or the setting that is missing. */
export async function askAws<T>(action: string, of: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explainError(error, { action, of });
  }
}
