import type { ChangeView, ReplayFlag } from "../state/route.ts";

/** What the page offers for a letter that a replay would skip, in its own words: no options of the command line. */
interface SkipHelp {
  readonly text: string;
  /** Options of the plan that would send it, with what their buttons say. */
  readonly flags?: readonly { readonly flag: ReplayFlag; readonly text: string }[];
  readonly view?: Exclude<ChangeView, "replay">;
}

const help: Readonly<Record<string, SkipHelp>> = {
  EventIdsOnly: { text: "the record contains no event: its producer must send it again", view: "discard" },
  OutcomeCopy: { text: "a copy of a published outcome, not an intent", view: "discard" },
  NotAnIntent: {
    text: "not a valid intent",
    view: "edit",
    flags: [{ flag: "include-invalid", text: "Include invalid ones" }],
  },
  InvalidAfterEdits: {
    text: "not a valid intent after the changes",
    view: "edit",
    flags: [{ flag: "include-invalid", text: "Include invalid ones" }],
  },
  NoChange: { text: "the changes make no difference in it" },
  EditImpossible: { text: "the changes cannot be made in it" },
  ExpiresAtPassed: {
    text: "past the producer's expiresAt",
    flags: [{ flag: "ignore-expires-at", text: "Ignore expiresAt" }],
  },
  TooOld: {
    text: "it would expire immediately, because of its age",
    flags: [{ flag: "renew", text: "Renew its age" }],
  },
  TooOldToRenew: {
    text: "first sent more than 6 days ago, so its age cannot be renewed",
    flags: [{ flag: "new-identity", text: "New identity" }],
  },
  UnknownEffect: {
    text: "an earlier request may have transferred the contact, and this would be another request: resolve it first",
    view: "resolve",
    flags: [{ flag: "accept-unknown-effect", text: "Accept the risk" }],
  },
  ListAttribute: { text: "one of its attributes is a list, which SQS does not accept" },
  CannotSucceed: { text: "Connect says that the contact cannot be transferred", view: "discard" },
};

/** Undefined for a reason that only the server explains. */
export function skipHelp(reason: string): SkipHelp | undefined {
  return Object.hasOwn(help, reason) ? help[reason] : undefined;
}
