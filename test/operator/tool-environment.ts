import type { TestQueues } from "./dead-letter-queues.ts";

/** The environment of a command that works on these queues, or that reaches no AWS. */
export function toolEnvironment(queues?: TestQueues) {
  return {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    ...(queues && {
      AWS_ENDPOINT_URL_SQS: queues.server.url,
      DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
      INTENT_QUEUE_URL: queues.intentQueueUrl,
    }),
  };
}

/** The same of a command that may be killed: it would leave half a file of coverage, which Node hands on by itself. */
export function killableEnvironment(queues: TestQueues) {
  return { ...toolEnvironment(queues), NODE_V8_COVERAGE: undefined };
}
