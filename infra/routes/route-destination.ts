/** Where the contacts of a ready route go: at most one of `queueId` and `userId`. */
export interface RouteDestination {
  /** The flow that makes the transfer. */
  readonly contactFlowId: string;
  /** The queue to transfer to. */
  readonly queueId?: string;
  /** The user (agent) to transfer to. */
  readonly userId?: string;
}
