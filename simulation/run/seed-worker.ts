import { exhaustScope } from "./exhaustive.ts";
import { realCode } from "./real-code.ts";
import { runSeeds } from "./run-seeds.ts";

/** A task of a thread: a range of seeds, or all schedules of one scope. */
export type SeedTask = { readonly from: number; readonly to: number } | { readonly scope: number };

export default async function work(task: SeedTask) {
  return "scope" in task ? exhaustScope(task.scope, realCode) : runSeeds(task.from, task.to, realCode);
}
