import { createEngine } from "../lambda/create-engine.ts";
import { processBatch, processEvent } from "../lambda/process-batch.ts";
import type { ProcessingCode } from "./world.ts";

/** The code that the bundle runs, from a batch or an event on. */
export const realCode: ProcessingCode = { createEngine, processBatch, processEvent };
