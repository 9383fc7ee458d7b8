import type { Clock } from "../../lambda/ports.ts";
import type { QueueModel } from "../../test/models/queue-model.ts";
import type { ConnectModel } from "./connect-model.ts";

/** What a function instance of any policy finds around itself. */
export interface Surroundings {
  readonly connect: ConnectModel;
  readonly queue: QueueModel;
  readonly clock: Clock;
  readonly random: () => number;
  /** The pace of one instance. */
  readonly requestsPerSecond: number;
  /** A message was sent to the dead-letter queue by the function itself. */
  onDeadLetter(): void;
}
