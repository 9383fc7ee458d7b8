import type { LogGroupModel } from "../services/account/log-group-model.ts";
import type { Rule } from "../services/eventbridge/rule.ts";
import type { EventSourceMappingModel, FunctionModel } from "../services/lambda/function-model.ts";
import type { QueueModel } from "../services/sqs/queue-model.ts";

/** What a synthesized template says, in the words of the services, with every reference resolved. */
export interface StackModel {
  readonly queues: readonly QueueModel[];
  readonly functions: readonly FunctionModel[];
  /** Buses that the stack makes; there is always the default one too. */
  readonly eventBusNames: readonly string[];
  readonly rules: readonly Rule[];
  readonly eventSourceMappings: readonly EventSourceMappingModel[];
  readonly logGroups: readonly LogGroupModel[];
  /** The stack's outputs: name → value. */
  readonly outputs: Readonly<Record<string, string>>;
}
