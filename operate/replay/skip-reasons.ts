/** Why dead letters are skipped, and what helps. The keys are the `skipReason` of `--json`. */
export const skipSentences = {
  EventIdsOnly: "the record contains no event: send the events again from their producer",
  OutcomeCopy: "a copy of a published outcome, not an intent: discard it",
  NotAnIntent: "not an intent: repair it with --set and --unset, or add --include-invalid",
  InvalidAfterEdits: "not an intent after the edits: correct them, or add --include-invalid",
  NoChange: "the edits change nothing in it: check their paths",
  EditImpossible: "the edits cannot be made in it",
  ExpiresAtPassed: "past the producer's expiresAt: only --ignore-expires-at overrides that",
  TooOld: "would expire immediately: with --renew the age counts from now",
  TooOldToRenew: "first sent more than 6 days ago: only --new-identity helps",
  UnknownEffect:
    "an earlier request may have transferred the contact, and this would be another one: dlq resolve shows whether it has; if not, add --accept-unknown-effect",
  ListAttribute: "one of the attributes is a list, which SQS does not accept",
  CannotSucceed: "the contact cannot be transferred; list --check shows why",
  NotChecked: "Connect could not be asked about its contact; without --check it is replayed anyway",
  LeaseLost: "another consumer received it meanwhile: run the command again in 30 s",
} as const;

export type SkipReason = keyof typeof skipSentences;

/** Reasons whose text says more with what is wrong: an edit, or what prevented the question to Connect. */
const explained: ReadonlySet<SkipReason> = new Set(["NotChecked", "EditImpossible", "InvalidAfterEdits"]);

/** A skip reason in words. */
export function skipText(reason: SkipReason, why: string): string {
  if (!explained.has(reason) || why === skipSentences[reason]) return skipSentences[reason];
  return `${skipSentences[reason]} (${why.replace(/^not checked: /, "")})`;
}
