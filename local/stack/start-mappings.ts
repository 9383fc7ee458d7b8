import { setTimeout as sleep } from "node:timers/promises";
import { type EventSourceMapping, startEventSourceMapping } from "../services/lambda/event-source-mapping.ts";
import type { EventSourceMappingModel } from "../services/lambda/function-model.ts";
import type { LocalFunction } from "../services/lambda/local-function.ts";
import type { QueueClient } from "../services/sqs/queue-client.ts";
import type { StackModel } from "../template/stack-model.ts";

export interface MappingDeps {
  readonly queues: QueueClient;
  readonly region: string;
  /** By ARN. */
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly onLog: (line: string) => void;
}

/** Starts the enabled event source mappings, with as many function instances as each may use. */
export function startMappings(model: StackModel, deps: MappingDeps): Promise<EventSourceMapping[]> {
  const enabled = model.eventSourceMappings.filter((mapping) => mapping.isEnabled);
  return Promise.all(enabled.map((mapping) => startMapping(mapping, model, deps)));
}

async function startMapping(
  mapping: EventSourceMappingModel,
  { queues, functions }: StackModel,
  deps: MappingDeps,
): Promise<EventSourceMapping> {
  const queue = queues.find(({ queueArn }) => queueArn === mapping.queueArn);
  const model = functions.find(({ functionName }) => functionName === mapping.functionName);
  const lambda = model && deps.functions.get(model.functionArn);
  if (!queue || !lambda)
    throw new Error(`${mapping.logicalId}: its queue or function is not in the template.`);
  await lambda.warmUp(mapping.maximumConcurrency);
  const { region, onLog } = deps;
  const { queueUrl } = queue;
  return startEventSourceMapping({
    model: mapping,
    queues: deps.queues,
    queueUrl,
    region,
    invoke: lambda.invoke,
    onLog,
  });
}

/** Stops polling, waits up to the grace period for current invocations, then kills the functions. */
export async function stopWork(
  mappings: readonly EventSourceMapping[],
  functions: readonly LocalFunction[],
  graceMs: number,
): Promise<void> {
  const ended = Promise.all(mappings.map((mapping) => mapping.stop()));
  await Promise.race([ended, sleep(graceMs, undefined, { ref: false })]);
  await Promise.all(functions.map((lambda) => lambda.stop()));
  await ended;
}
