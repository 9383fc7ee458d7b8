import type { LogGroupModel } from "../services/account/log-group-model.ts";
import type { Rule } from "../services/eventbridge/rule.ts";
import type { EventSourceMappingModel, FunctionModel } from "../services/lambda/function-model.ts";
import type { QueueModel } from "../services/sqs/queue-model.ts";

/** A synthesized template as the models of the services, with all references resolved. */
export interface StackModel {
  readonly queues: readonly QueueModel[];
  readonly functions: readonly FunctionModel[];
  /** Buses that the stack creates, besides the default one. */
  readonly eventBusNames: readonly string[];
  readonly rules: readonly Rule[];
  readonly eventSourceMappings: readonly EventSourceMappingModel[];
  readonly logGroups: readonly LogGroupModel[];
  readonly outputs: Readonly<Record<string, string>>;
}
