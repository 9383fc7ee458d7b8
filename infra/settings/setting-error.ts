/** A setting that cannot be used. The message is one sentence for the person who deploys: setting, value, what is right. */
export class SettingError extends Error {
  override readonly name = "SettingError";
  /** Of a command: wrong use. */
  readonly exitCode = 2;
}
