import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** Seeded randomness: the same seed gives the same numbers, on any machine. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** Whether an event of this probability happens. */
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  int(least: number, most: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** An independent stream: drawing from it does not affect this one. */
  fork(name: string): Random;
}

/** Hashes the seed: consecutive seeds would otherwise give similar first numbers. */
export function seededRandom(seed: number | string): Random {
  const hash = createHash("sha256").update(String(seed)).digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => hash.readInt32LE(offset)));
  const next = () => uniformFloat64(generator);
  const int = (least: number, most: number) => uniformInt(generator, least, most);
  return {
    next,
    chance: (probability) => probability > 0 && next() < probability,
    int,
    pick: (from) => from[int(0, from.length - 1)] ?? from[0],
    fork: (name) => seededRandom(`${seed} ${name}`),
  };
}
