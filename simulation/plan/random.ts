/** Seeded randomness: the same seed gives the same numbers, on any machine. */
export interface Random {
  /** A number from 0 up to 1. */
  next(): number;
  /** Whether something that happens with this probability happens. */
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  int(least: number, most: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** A stream of its own: what draws from it does not shift what others draw. */
  fork(name: string): Random;
}

/** A generator of 32-bit state steps (mulberry32), which passes what a schedule asks of randomness and costs nanoseconds. */
export function createRandom(seed: number): Random {
  let state = mix(seed >>> 0) ^ Math.floor(seed / 2 ** 32);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    chance: (probability) => probability > 0 && next() < probability,
    int,
    pick: (from) => from[int(0, from.length - 1)] ?? from[0],
    fork: (name) => createRandom(mix(seed ^ hash(name))),
  };
}

function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}

function hash(text: string): number {
  let bits = 2166136261;
  for (let index = 0; index < text.length; index++) bits = Math.imul(bits ^ text.charCodeAt(index), 16777619);
  return bits >>> 0;
}
