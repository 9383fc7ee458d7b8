import type { History } from "../history.ts";
import { type Facts, readFacts } from "./facts.ts";
import * as effects from "./invariants-of-effects.ts";
import { givesGrace } from "./invariants-of-grace.ts";
import * as limits from "./invariants-of-limits.ts";
import * as reads from "./invariants-of-reads.ts";
import * as settling from "./invariants-of-settling.ts";

/** Invariants by name: each yields the faults of a history. */
export const invariants: Readonly<Record<string, (facts: Facts) => Iterable<string>>> = {
  transfersAtMostOnce: effects.transfersAtMostOnce,
  keepsToken: effects.keepsToken,
  publishesNoFalseSuccess: effects.publishesNoFalseSuccess,
  reportsNoFalseNone: effects.reportsNoFalseNone,
  movesNothingInShadow: effects.movesNothingInShadow,
  reportsNoneIfCertain: effects.reportsNoneIfCertain,
  usesKnownResults: effects.usesKnownResults,
  usesCarriedResults: effects.usesCarriedResults,
  carriesUnpublishedResults: settling.carriesUnpublishedResults,
  losesNothing: settling.losesNothing,
  acknowledgesOnlySettled: settling.acknowledgesOnlySettled,
  keepsDeadLettersWhole: settling.keepsDeadLettersWhole,
  keepsMetadata: settling.keepsMetadata,
  enqueuesWhole: settling.enqueuesWhole,
  publishesBeforeDeadLettering: settling.publishesBeforeDeadLettering,
  isolatesRecords: settling.isolatesRecords,
  requestsOnlyAllowed: limits.requestsOnlyAllowed,
  failsForTrueReason: limits.failsForTrueReason,
  givesGrace,
  readsOnlyUnknowns: reads.readsOnlyUnknowns,
  keepsPaceOfReads: reads.keepsPaceOfReads,
  observesTrueSuccess: reads.observesTrueSuccess,
  blamesOnlyOthers: reads.blamesOnlyOthers,
  trustsOnlyReadsThatLag: reads.trustsOnlyReadsThatLag,
  resolvesWhatCanBeRead: reads.resolvesWhatCanBeRead,
  answersInTime: limits.answersInTime,
  keepsPace: limits.keepsPace,
  keepsTotalPace: limits.keepsTotalPace,
  hidesWithinBounds: limits.hidesWithinBounds,
  leavesNothingToRedrivePolicy: limits.leavesNothingToRedrivePolicy,
  drains: limits.drains,
};

export interface Violation {
  readonly invariant: string;
  readonly message: string;
}

const byName = Object.entries(invariants);

/** Judges a history by every invariant, without any knowledge of the code that produced it. */
function checkHistory(facts: Facts): Violation[] {
  const violations: Violation[] = [];
  for (const [invariant, check] of byName) {
    for (const message of check(facts)) violations.push({ invariant, message });
  }
  return violations;
}

export function judge(history: History): {
  readonly facts: Facts;
  readonly violations: readonly Violation[];
} {
  const facts = readFacts(history);
  return { facts, violations: checkHistory(facts) };
}
