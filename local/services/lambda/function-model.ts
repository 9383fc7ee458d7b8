export interface FunctionModel {
  readonly logicalId: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** The folder of the code, found by its hash in the assets manifest. */
  readonly codeDirectory: string;
  /** `FILE.EXPORT`, as Lambda takes it. */
  readonly handler: string;
  readonly runtime: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  /** How many invocations may run at the same time; without it as many as come. */
  readonly reservedConcurrency?: number;
  /** Where an event goes that has failed for the last time. */
  readonly deadLetterQueueArn?: string;
}

export interface EventSourceMappingModel {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  /** How many invocations may run at the same time. */
  readonly maximumConcurrency: number;
  readonly isEnabled: boolean;
}
