import type { Random } from "../../test/seeded-random.ts";
import { type FaultAt, type FaultPoint, faultByKey, type faultsAt, type Rates } from "./plan.ts";

/** Decides whenever the world could do one of several things. */
export interface Choices {
  /** The fault that one call meets. */
  at<P extends Exclude<FaultPoint, "delivery">>(point: P): FaultAt<P>;
  /** Whether a fault of deliveries occurs now. */
  strikes(fault: (typeof faultsAt)["delivery"][number]): boolean;
  /** A duration in milliseconds between two limits, both included. */
  ms(least: number, most: number): number;
  /** Whether a partial fault hits this entry. */
  hits(): boolean;
}

/** Choices drawn by a plan's rates while chaos lasts; no faults afterwards. */
export function drawnChoices(rates: Rates, random: Random, isChaos: () => boolean): Choices {
  const faults: Partial<Record<FaultPoint, { readonly name: string; readonly rate: number }[]>> = {};
  for (const [key, rate] of Object.entries(rates)) {
    const fault = faultByKey.get(key);
    if (!fault) throw new Error(`There is no fault "${key}".`);
    faults[fault.point] ??= [];
    faults[fault.point]?.push({ name: fault.name, rate });
  }
  const deliveryRates = new Map(faults.delivery?.map(({ name, rate }) => [name, rate]));
  return {
    at<P extends Exclude<FaultPoint, "delivery">>(point: P) {
      if (isChaos()) {
        for (const { name, rate } of faults[point] ?? []) if (random.chance(rate)) return name as FaultAt<P>;
      }
      return "none";
    },
    strikes: (fault) => isChaos() && random.chance(deliveryRates.get(fault) ?? 0),
    ms: (least, most) => random.int(least, most),
    hits: () => random.chance(0.5),
  };
}
