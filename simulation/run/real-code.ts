import { createEngine } from "../../lambda/engine.ts";
import { processBatch, processEvent } from "../../lambda/process-batch.ts";
import type { ProcessingCode } from "../world/world.ts";

/** The code that the bundle runs, from a batch or an event on. */
export const realCode: ProcessingCode = { createEngine, processBatch, processEvent };
