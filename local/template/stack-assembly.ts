/** One synthesized stack: its template, and the folders of its functions' code. */
export interface StackAssembly {
  readonly stackName: string;
  readonly region: string;
  /** Undefined for a stack without an account of its own, which can be deployed into any. */
  readonly accountId?: string;
  readonly template: unknown;
  /** By the S3 key that the template names. */
  readonly codeDirectories: Readonly<Record<string, string>>;
}
