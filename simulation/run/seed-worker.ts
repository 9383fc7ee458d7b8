import { parentPort } from "node:worker_threads";
import { exhaustScope } from "./exhaustive.ts";
import { realCode } from "./real-code.ts";
import { runSeeds } from "./run-seeds.ts";

/** What a thread can be asked for: a range of seeds, or all schedules of one scope. */
export type SeedTask = { readonly from: number; readonly to: number } | { readonly scope: number };

parentPort?.on("message", async (task: SeedTask) => {
  const answer =
    "scope" in task ? await exhaustScope(task.scope, realCode) : await runSeeds(task.from, task.to, realCode);
  parentPort?.postMessage(answer);
});
