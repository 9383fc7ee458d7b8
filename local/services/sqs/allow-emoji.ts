/** fauxqs' own check of a body, which it does not export. */
interface FauxqsCharacters {
  readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
}

/** Without the flag `u`, as in fauxqs, a character above U+FFFF counts as two invalid ones. */
const invalidCharacter = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * Makes fauxqs accept every body that SQS accepts: fauxqs 2.4 rejects emoji.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function allowEmoji(): Promise<void> {
  const file = new URL("./sqs/sqsTypes.js", import.meta.resolve("fauxqs")).href;
  const { INVALID_MESSAGE_BODY_CHAR }: FauxqsCharacters = await import(file);
  INVALID_MESSAGE_BODY_CHAR.test = (body) => invalidCharacter.test(body);
}
