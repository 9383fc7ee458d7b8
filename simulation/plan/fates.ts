import type { Random } from "../../test/seeded-random.ts";
import { type FateAt, faultByKey, type faultsOf, type Place, type Rates } from "./plan.ts";

/** Decides what the world does where it could do several things. */
export interface Fates {
  /** What becomes of one call. */
  at<P extends Exclude<Place, "delivery">>(place: P): FateAt<P>;
  /** Whether a fault of deliveries strikes now. */
  strikes(fault: (typeof faultsOf)["delivery"][number]): boolean;
  /** How long something takes, in milliseconds. */
  ms(least: number, most: number): number;
  /** Whether one of several equal things is the one that is hit. */
  hits(): boolean;
}

/** Fates drawn by a plan's rates while chaos lasts, and all well afterwards. */
export function drawnFates(rates: Rates, random: Random, isChaos: () => boolean): Fates {
  const faults: Partial<Record<Place, { readonly name: string; readonly rate: number }[]>> = {};
  for (const [key, rate] of Object.entries(rates)) {
    const fault = faultByKey.get(key);
    if (!fault) throw new Error(`There is no fault "${key}".`);
    faults[fault.place] ??= [];
    faults[fault.place]?.push({ name: fault.name, rate });
  }
  const deliveryRates = new Map(faults.delivery?.map(({ name, rate }) => [name, rate]));
  return {
    at<P extends Exclude<Place, "delivery">>(place: P) {
      if (isChaos()) {
        for (const { name, rate } of faults[place] ?? []) if (random.chance(rate)) return name as FateAt<P>;
      }
      return "ok";
    },
    strikes: (fault) => isChaos() && random.chance(deliveryRates.get(fault) ?? 0),
    ms: (least, most) => random.int(least, most),
    hits: () => random.chance(0.5),
  };
}
