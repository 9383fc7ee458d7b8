import type { Clock } from "../../lambda/ports.ts";
import type { QueueModel } from "../../test/models/queue-model.ts";
import type { ConnectModel } from "./connect-model.ts";

/** The surroundings of a function instance, whatever its consumer. */
export interface Surroundings {
  readonly connect: ConnectModel;
  readonly queue: QueueModel;
  readonly clock: Clock;
  readonly random: () => number;
  /** The pace of one instance. */
  readonly requestsPerSecond: number;
  /** Called when the function itself sends a message to the dead-letter queue. */
  onDeadLetter(): void;
}
