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
