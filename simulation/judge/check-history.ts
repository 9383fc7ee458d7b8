import type { History } from "../history.ts";
import { type Facts, readFacts } from "./facts.ts";
import * as effects from "./invariants-of-effects.ts";
import * as limits from "./invariants-of-limits.ts";
import * as settling from "./invariants-of-settling.ts";

/** Invariants by name: each yields what it finds wrong in a history. */
export const invariants: Readonly<Record<string, (facts: Facts) => Iterable<string>>> = {
  movesAtMostOnce: effects.movesAtMostOnce,
  keepsItsToken: effects.keepsItsToken,
  tellsNoFalseSuccess: effects.tellsNoFalseSuccess,
  tellsNoneOnlyWhereNone: effects.tellsNoneOnlyWhereNone,
  tellsNoneWhereCertain: effects.tellsNoneWhereCertain,
  usesWhatItKnows: effects.usesWhatItKnows,
  losesNothing: settling.losesNothing,
  acknowledgesWhatIsTold: settling.acknowledgesWhatIsTold,
  tellsBeforeItBuries: settling.tellsBeforeItBuries,
  keepsRecordsApart: settling.keepsRecordsApart,
  asksOnlyForWhatMayBe: limits.asksOnlyForWhatMayBe,
  failsForGoodReason: limits.failsForGoodReason,
  endsInTime: limits.endsInTime,
  keepsItsPace: limits.keepsItsPace,
  hidesWithinBounds: limits.hidesWithinBounds,
  leavesNothingToSqs: limits.leavesNothingToSqs,
  drains: limits.drains,
};

export interface Violation {
  readonly invariant: string;
  readonly message: string;
}

const byName = Object.entries(invariants);

/** Judges a history by every invariant, apart from the code that made it. */
export function checkHistory(facts: Facts): Violation[] {
  const violations: Violation[] = [];
  for (const [invariant, check] of byName) {
    for (const message of check(facts)) violations.push({ invariant, message });
  }
  return violations;
}

/** Reads and judges a history. */
export function judge(history: History): {
  readonly facts: Facts;
  readonly violations: readonly Violation[];
} {
  const facts = readFacts(history);
  return { facts, violations: checkHistory(facts) };
}
