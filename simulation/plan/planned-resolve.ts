import type { OtherMover } from "../../local/services/connect/world/connect-world.ts";
import type { Random } from "../../test/seeded-random.ts";

/** How a deployment with `resolveUnknown` reads Connect, and what Connect's reads are like. */
export interface PlannedResolve {
  readonly settleForMs: number;
  /** How far the two reads lag behind the world. */
  readonly describeLagMs: number;
  readonly listLagMs: number;
  /** Contacts on a page of ListAssociatedContacts. */
  readonly pageSize: number;
  /** The initiation method of a transferred contact. */
  readonly transferMethod: "TRANSFER" | "API";
  /** The methods that count as a transfer in the deployment. */
  readonly transferMethods: readonly string[];
  /** Contacts that somebody else moves. */
  readonly moves: readonly PlannedMove[];
  /** Contacts that join the tree of an intent's contact, without taking its place. */
  readonly kin: readonly PlannedKin[];
}

export interface PlannedKin {
  /** The message whose contact is concerned, by its index. */
  readonly message: number;
  readonly afterMs: number;
  /** A task linked to it, an answer as in an email thread, or an agent who moves the last contact of its chain on. */
  readonly what: "linked task" | "answer" | "moved on";
}

export interface PlannedMove {
  /** The message whose contact is moved, by its index. */
  readonly message: number;
  readonly afterMs: number;
  /** An agent by a quick connect, or a manager or a flow, of whom Connect says nothing. */
  readonly by: OtherMover;
  /** To the queue that the intent names, or to another one. */
  readonly isWhereWanted: boolean;
}

const minutes = 60_000;
/** How late a request may reach Connect, and how far clocks may differ: the reads lag by that much less than the settling time. */
const lateForMs = 75_000;

/** Two of five deployments find out what became of a lost answer. */
export function drawResolve(
  random: Random,
  chaosForMs: number,
  originalEndsAfterMs: number,
): PlannedResolve | undefined {
  if (!random.chance(0.4)) return undefined;
  const settleForMs = random.pick([2 * minutes, 5 * minutes, 15 * minutes]);
  const longestLagMs = settleForMs - lateForMs;
  const lag = () => random.pick([0, random.int(0, 10_000), random.int(0, longestLagMs), longestLagMs]);
  const moves = random.chance(0.25) ? random.int(1, 2) : 0;
  const ofKin = random.fork("kin");
  const byFlow = random.fork("flow");
  const resolve = {
    settleForMs,
    describeLagMs: lag(),
    listLagMs: lag(),
    pageSize: random.pick([1, 100]),
    // An open contact with a successor by API looks like one to which a task is linked: nothing tells them apart.
    transferMethod:
      originalEndsAfterMs > 0 ? ("TRANSFER" as const) : random.pick(["TRANSFER", "API"] as const),
    moves: Array.from({ length: moves }, () => ({
      message: random.int(0, 3),
      afterMs: random.chance(0.5) ? random.int(0, 2 * minutes) : random.int(0, chaosForMs + settleForMs),
      by: random.pick(["agent", "manager"] as const),
      isWhereWanted: random.chance(0.5),
    })),
  };
  return {
    ...resolve,
    moves: resolve.moves.map((move) => ({
      ...move,
      by: move.by === "manager" && byFlow.chance(0.3) ? "flow" : move.by,
    })),
    transferMethods:
      resolve.transferMethod === "TRANSFER" && ofKin.chance(0.5) ? ["TRANSFER"] : ["TRANSFER", "API"],
    kin: Array.from({ length: ofKin.chance(0.3) ? ofKin.int(1, 3) : 0 }, () => ({
      message: ofKin.int(0, 3),
      afterMs: ofKin.int(0, chaosForMs + settleForMs),
      what: ofKin.pick(["linked task", "answer", "moved on"] as const),
    })),
  };
}

export function drawReadRates(random: Random, faults: readonly string[]): Readonly<Record<string, number>> {
  const share = random.pick([0, 0.15, 0.3]);
  const struck = faults.filter(() => random.chance(share));
  return Object.fromEntries(struck.map((fault) => [`read ${fault}`, random.pick([0.05, 0.2, 0.5, 1])]));
}
