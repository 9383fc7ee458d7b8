import type { FailureReason } from "./generated/contact-transfer-failed.ts";

/** What a person reads about a reason: names of settings and plain words, no Markdown. */
export interface ReasonText {
  /** A sentence without a full stop. */
  readonly meaning: string;
  /** An imperative, in lower case: it follows "Next: ". */
  readonly nextStep: string;
}

/** How an operator fixes it, and how to see that it is fixed: Markdown for docs/operations.md. */
export interface Runbook {
  readonly command: string;
  readonly check: string;
}

/** Who has to act: the service that sends intents, whoever runs Connect, nobody but the contact, or the clock. */
export type Side = "producer" | "connect" | "contact" | "age";

export interface ReasonFacts extends ReasonText {
  readonly side: Side;
  /** Retried for `retryFor` before the intent fails; otherwise it fails at once. */
  readonly retried: boolean;
  /** Asked once more at the end of `notFoundGrace`, if the intent is younger. */
  readonly hasGrace?: true;
  /** Decided by the function itself, without a request to Connect. */
  readonly withoutRequest?: true;
  /** The answer leaves open whether Connect has transferred the contact. */
  readonly effect?: "unknown";
  readonly runbook: Runbook;
}

/**
 * The taxonomy of failures, in the order of the schema. Alarms, the dashboard, the tools and the tables in the docs read
 * it; the function takes only its types, so that no text gets into the bundle.
 */
export const failureReasons = {
  InvalidIntent: {
    side: "producer",
    retried: false,
    withoutRequest: true,
    meaning: "The message is not a valid intent: it is not JSON, or it breaks the contract",
    nextStep: "correct the producer; the violations list everything that is wrong",
    runbook: {
      command:
        "`show ID` lists all violations. Correct the producer. To save these: `replay R --set … --unset …`",
      check: "the producer's new events succeed; `list` shows no newer ones",
    },
  },
  NotAllowed: {
    side: "producer",
    retried: false,
    withoutRequest: true,
    meaning: "The intent names an instance, flow, queue or user that this deployment does not allow",
    nextStep: "correct the intent, or widen instanceArns, contactFlowIds, queueIds or userIds",
    runbook: {
      command:
        "widen the setting that the message names and deploy, then `replay R`; or `replay R --set detail.queueId=…`; or `discard R`",
      check: "`--follow` reports that none failed again",
    },
  },
  IntentExpired: {
    side: "age",
    retried: false,
    withoutRequest: true,
    meaning: "The intent passed its expiresAt or maxIntentAge before the contact was transferred",
    nextStep: "send a new intent if the transfer is still wanted, and find out why this one waited",
    runbook: {
      command:
        "`resolve R` if the effect is unknown. Else find out why it waited (pace, throttling, an outage). Still wanted: `replay R --renew --check`. Past `expiresAt`: `--ignore-expires-at`. Older than 6 days: `--new-identity`. Not wanted: `discard R`",
      check: "the preview says how many would expire at once",
    },
  },
  InvalidRequest: {
    side: "contact",
    retried: false,
    meaning:
      "Connect rejected the transfer: the contact has ended, is not a TASK or EMAIL, was transferred 11 times, the flow has the wrong type, or the instance is active in another Region",
    nextStep: "look at the contact in Connect; one that has ended cannot be transferred",
    runbook: {
      command:
        "`resolve R` if the effect is unknown: an earlier request may have ended the contact by moving it. Else `list R --check`: ended contacts cannot succeed (`discard R`), a wrong flow can be replaced (`replay R --set detail.contactFlowId=…`)",
      check: "`list R --check` shows none that is open",
    },
  },
  ResourceNotFound: {
    side: "contact",
    retried: false,
    hasGrace: true,
    meaning: "Connect does not know the contact, flow, queue or user",
    nextStep: "check the ids, and that all of them belong to this instance",
    runbook: {
      command: "create what is missing, or `replay R --set …`; `--check` skips contacts that are gone",
      check: "`--follow` reports that none failed again",
    },
  },
  AccessDenied: {
    side: "connect",
    retried: true,
    meaning:
      "Connect denied the request: the function's role or a service control policy does not allow the transfer, or its credentials or its clock were not accepted",
    nextStep:
      "check the function's role and the service control policies; the error's name says if it was the credentials or the clock",
    runbook: {
      command: "fix the role or the service control policy, wait a few seconds, then `replay R`",
      check: "one replay (`--limit 1`) succeeds",
    },
  },
  ServiceQuotaExceeded: {
    side: "connect",
    retried: true,
    meaning:
      "The destination is full: an agent's queue holds 10 contacts, an instance 2,500 tasks and 1,000 emails",
    nextStep: "make room, or request a quota increase",
    runbook: {
      command: "make room or request a quota increase, then `replay R --rate 0.2`",
      check: "`--follow` reports that none failed again",
    },
  },
  DuplicateRequest: {
    side: "connect",
    retried: true,
    effect: "unknown",
    meaning:
      "Connect reported that the same request is in progress or was made before; the contact may have been transferred",
    nextStep: "run dlq resolve: it finds out whether the contact was transferred",
    runbook: {
      command:
        "`resolve R` shows what became of each contact; `resolve R --yes` publishes the transfers that are proven and replays what is open",
      check: "`resolve R` shows none that `--yes` would publish or replay",
    },
  },
  ConnectUnavailable: {
    side: "connect",
    retried: true,
    effect: "unknown",
    meaning:
      "Connect gave no clear answer (5xx, network error, timeout, unreadable response); unless no connection was made, the contact may have been transferred",
    nextStep: "once Connect has recovered, run dlq resolve, or replay it unchanged under its client token",
    runbook: {
      command:
        "once Connect has recovered, `resolve R --yes` publishes the transfers that are proven and replays what is open; `replay R --check` replays what is left, under the same client token. Do not use `--set` or `--new-identity` before you have looked",
      check:
        "AWS Health Dashboard; `show ID`: an error such as `ECONNREFUSED`, `ENOTFOUND` or a certificate's means that no connection was made: check the endpoint, DNS and the VPC; `--follow`",
    },
  },
} as const satisfies Record<FailureReason, ReasonFacts>;

/** The reasons with these facts, as a type: `ReasonsThat<{ retried: true }>`. */
export type ReasonsThat<Facts extends Partial<ReasonFacts>> = {
  [Reason in FailureReason]: (typeof failureReasons)[Reason] extends Facts ? Reason : never;
}[FailureReason];

const unknownReason: ReasonText = {
  meaning: "This version does not know the reason",
  nextStep: "update contact-transfer, or look at the dead letter",
};

function isFailureReason(text: string): text is FailureReason {
  return Object.hasOwn(failureReasons, text);
}

/** The text for a reason that came from outside: a newer version may have written one that this one does not know. */
export function describeReason(reason: string): ReasonText {
  const { meaning, nextStep } = isFailureReason(reason) ? failureReasons[reason] : unknownReason;
  return { meaning, nextStep };
}

/** All reasons, in the order of the schema. */
export const reasonNames: readonly FailureReason[] = Object.keys(failureReasons).filter(isFailureReason);

export function reasonsOnSide(side: Side): FailureReason[] {
  return reasonNames.filter((reason) => failureReasons[reason].side === side);
}
