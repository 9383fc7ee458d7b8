export interface FunctionModel {
  readonly logicalId: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly codeDirectory: string;
  /** Undefined if Lambda chooses it. */
  readonly logGroupName?: string;
  /** `FILE.EXPORT`. */
  readonly handler: string;
  readonly runtime: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  /** Maximum of concurrent invocations. @default unlimited */
  readonly reservedConcurrency?: number;
  /** For events whose last retry has failed. */
  readonly deadLetterQueueArn?: string;
}

export interface EventSourceMappingModel {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  /** Maximum of concurrent invocations. */
  readonly maximumConcurrency: number;
  readonly isEnabled: boolean;
}
