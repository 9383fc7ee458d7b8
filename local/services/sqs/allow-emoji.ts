/** fauxqs' own test of a body, which is no part of what it exports. */
interface FauxqsCharacters {
  readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
}

/** Without the flag `u`, as fauxqs has it, a character past U+FFFF is taken for two invalid ones. */
const invalidCharacter = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * Lets fauxqs take the bodies that SQS takes: fauxqs 2.4 refuses those with an emoji.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function allowEmoji(): Promise<void> {
  const file = new URL("./sqs/sqsTypes.js", import.meta.resolve("fauxqs")).href;
  const { INVALID_MESSAGE_BODY_CHAR }: FauxqsCharacters = await import(file);
  INVALID_MESSAGE_BODY_CHAR.test = (body) => invalidCharacter.test(body);
}
