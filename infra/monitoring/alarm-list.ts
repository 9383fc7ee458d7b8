/** What an alarm means to an operator. */
export interface AlarmFacts {
  /** The anchor of its section in `docs/operations.md`. */
  readonly anchor: string;
  readonly meaning: string;
  /** Its actions are disabled while the deployment is paused, because then nothing progresses. */
  readonly isQuietWhilePaused?: true;
  /** What a deployment needs to have this alarm. */
  readonly onlyWith?: "outcomeLog" | "direct delivery" | "resolveUnknown";
}

const facts = {
  DeadLetters: {
    anchor: "dead-letters",
    meaning: "The dead-letter queue is not empty (visible or in flight).",
  },
  IntentsAging: {
    anchor: "intents-aging",
    meaning: "An intent has reached half of maxIntentAge; at maxIntentAge it expires.",
    isQuietWhilePaused: true,
  },
  QueueNotPolled: {
    anchor: "queue-not-polled",
    meaning: "Nothing has polled the intent queue for 15 minutes.",
    isQuietWhilePaused: true,
  },
  ProducerErrors: {
    anchor: "producer-errors",
    meaning: "More than 20 % of the intents completed in the last 15 minutes were invalid or not allowed.",
  },
  ConnectErrors: {
    anchor: "connect-errors",
    meaning:
      "More than 5 % of the intents completed in the last 15 minutes failed because Connect denied the request, reached a quota or gave no clear answer.",
  },
  ContactErrors: {
    anchor: "contact-errors",
    meaning:
      "More than 30 % of the intents completed in the last 15 minutes named contacts or destinations that Connect rejects or does not know.",
  },
  IntentsExpire: {
    anchor: "intents-expire",
    meaning: "More than 5 % of the intents completed in the last 15 minutes had expired.",
  },
  Throttled: {
    anchor: "throttled",
    meaning: "Connect has throttled more than 25 % of the requests for 15 minutes.",
  },
  FunctionFails: {
    anchor: "function-fails",
    meaning: "The function crashed, timed out or could not enqueue an event.",
  },
  NothingTransferred: {
    anchor: "nothing-transferred",
    meaning: "Intents have waited for 20 minutes and none has completed.",
    isQuietWhilePaused: true,
  },
  RuleFails: {
    anchor: "rule-fails",
    meaning: "The rule that matches requests could not deliver events to its target.",
  },
  OutcomeRuleFails: {
    anchor: "outcome-rule-fails",
    meaning: "Outcomes could not be written to the outcome log; they were published.",
    onlyWith: "outcomeLog",
  },
  EventsLost: {
    anchor: "events-lost",
    meaning: "An event could neither be delivered nor kept in the dead-letter queue: it is lost.",
  },
  EventsDropped: {
    anchor: "events-dropped",
    meaning: "Lambda stopped retrying events that invoked the function directly.",
    onlyWith: "direct delivery",
  },
  SeveralSuccessors: {
    anchor: "several-successors",
    meaning: "A contact has several successors in Connect: it may have been transferred twice.",
    onlyWith: "resolveUnknown",
  },
  QueueNearRetention: {
    anchor: "queue-near-retention",
    meaning: "A message has been in the intent queue for half of the queue's retention period.",
  },
} as const satisfies Record<string, AlarmFacts>;

export type AlarmId = keyof typeof facts;

/** Alarms that only some deployments have. */
export type OptionalAlarmId = {
  [Id in AlarmId]: (typeof facts)[Id] extends { onlyWith: string } ? Id : never;
}[AlarmId];

/** Every alarm of the construct by its id; `docs/operations.md` has a section for each. */
export const alarmList: Readonly<Record<AlarmId, AlarmFacts>> = facts;

/** The alarm of each rule that sends outcomes to a producer's bus. */
export const producerOutcomesAlarm: AlarmFacts = {
  anchor: "outcome-rule-fails",
  meaning: "Outcomes could not be sent to a producer's bus; they were published.",
};

/** The alarm of the rule of contact events. */
export const contactEventAlarm: AlarmFacts = {
  anchor: "contact-events-fail",
  meaning: "Events of transferred contacts could not be written to the outcome log.",
};

/** The alarm of each route. */
export const routeAlarm: AlarmFacts = {
  anchor: "route-fails",
  meaning: "A route's rule could not deliver events to its target.",
};
