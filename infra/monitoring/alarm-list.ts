/** What an alarm tells an operator. */
export interface AlarmFacts {
  /** Its heading in `docs/operations.md`, as a link names it. */
  readonly anchor: string;
  readonly meaning: string;
  /** It tells of standing still, which a paused deployment is meant to do. */
  readonly isQuietWhilePaused?: true;
}

const facts = {
  DeadLetters: {
    anchor: "dead-letters",
    meaning: "Something lies in the dead-letter queue, or is in somebody's hands there.",
  },
  IntentsAging: {
    anchor: "old-intents",
    meaning: "An intent has used up half of maxIntentAge; at the end of it, it is not carried out.",
    isQuietWhilePaused: true,
  },
  QueueNotPolled: {
    anchor: "nobody-polls",
    meaning: "For 15 minutes nobody has asked the intent queue for messages.",
    isQuietWhilePaused: true,
  },
  ProducerErrors: {
    anchor: "producers-fail",
    meaning:
      "More than 20 % of what ended in 15 minutes broke the contract or asked for what is not allowed.",
  },
  ConnectErrors: {
    anchor: "connect-fails",
    meaning:
      "More than 5 % of what ended in 15 minutes was given up because Connect denied it, was full or gave no clear answer.",
  },
  ContactErrors: {
    anchor: "contacts-fail",
    meaning:
      "More than 30 % of what ended in 15 minutes named contacts or destinations that Connect refuses or does not know.",
  },
  IntentsExpire: {
    anchor: "intents-expire",
    meaning: "More than 5 % of what ended in 15 minutes was too old when its turn came.",
  },
  Throttled: {
    anchor: "throttled",
    meaning: "For 15 minutes Connect has throttled more than 25 % of the requests.",
  },
  FunctionFails: {
    anchor: "function-fails",
    meaning: "The function crashed, ran out of time or could not hand an event on.",
  },
  NothingTransferred: {
    anchor: "nothing-transferred",
    meaning: "For 20 minutes intents have waited and none has ended.",
    isQuietWhilePaused: true,
  },
  RuleFails: {
    anchor: "rule-fails",
    meaning: "The rule could not deliver events to their target.",
  },
  QueueNearRetention: {
    anchor: "queue-old",
    meaning: "A message has been in the intent queue for half of the time that the queue keeps messages.",
  },
} as const satisfies Record<string, AlarmFacts>;

export type AlarmId = keyof typeof facts;

/** Every alarm of the stack, by its id: `docs/operations.md` has a section for each. */
export const alarmList: Readonly<Record<AlarmId, AlarmFacts>> = facts;
