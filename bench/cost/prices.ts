/**
 * List prices in US dollars for us-east-1, without free tiers, as of November 2026. They come from public text, not from
 * AWS's price list: check them for your Region before you rely on them.
 */
export const prices = {
  /** arm64. https://aws.amazon.com/lambda/pricing/, figures as in https://cloudchipr.com/blog/aws-lambda-pricing (2024) */
  lambdaGigabyteSecond: 0.000_013_333_4,
  lambdaRequest: 0.2e-6,
  /** Standard queue. https://cloudburn.io/blog/amazon-sqs-pricing (March 2026) */
  sqsRequest: 0.4e-6,
  /** Custom events published; deliveries within the account are free. https://cloudburn.io/blog/amazon-eventbridge-pricing (March 2026) */
  event: 1e-6,
  /** CloudWatch Logs ingestion. From memory of its page: not verified */
  logGigabyte: 0.5,
  /** Standard, per transition. https://aws.amazon.com/step-functions/pricing/ (a stored copy, without a date) */
  stateTransition: 0.025 / 1000,
  /** Express. https://www.wring.co/blog/aws-step-functions-pricing-guide (March 2026) */
  expressRequest: 1e-6,
  expressGigabyteSecond: 0.000_016_67,
} as const;
