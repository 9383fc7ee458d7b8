import type { Rule } from "../services/eventbridge/rule.ts";

/** What a synthesized template says, in the words of the services, with every reference resolved. */
export interface StackModel {
  readonly queues: readonly QueueModel[];
  readonly functions: readonly FunctionModel[];
  /** Buses that the stack makes; there is always the default one too. */
  readonly eventBusNames: readonly string[];
  readonly rules: readonly Rule[];
  readonly eventSourceMappings: readonly EventSourceMappingModel[];
  readonly logGroups: readonly LogGroupModel[];
  /** The stack's outputs: name → value. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface QueueModel {
  readonly logicalId: string;
  readonly queueName: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly visibilityTimeoutSeconds: number;
  readonly messageRetentionSeconds: number;
  readonly maximumMessageSizeBytes: number;
  readonly delaySeconds: number;
  readonly receiveMessageWaitSeconds: number;
  readonly redrivePolicy?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

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

export interface LogGroupModel {
  readonly logGroupName: string;
  /** As a rule's target names it. */
  readonly logGroupArn: string;
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
