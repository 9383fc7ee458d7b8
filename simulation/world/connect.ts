import type { DescribeContactResponse } from "@aws-sdk/client-connect";
import { ConnectApiError } from "../../local/services/connect/connect-api-error.ts";
import { RequestQuota } from "../../local/services/connect/request-quota.ts";
import { ConnectWorld, type OtherMover } from "../../local/services/connect/world/connect-world.ts";
import type { TreePage } from "../../local/services/connect/world/contact-reads.ts";
import { Channel, ContactFlowType } from "../../local/services/connect/world/read-world.ts";
import type { VirtualTime } from "../../test/clocks/virtual-time.ts";
import { instanceArn, instanceId } from "../../test/makers.ts";
import type { Plan, PlannedTrouble } from "../plan/plan.ts";
import type { PlannedKin } from "../plan/planned-resolve.ts";
import { sdkError } from "./calls/sdk-error.ts";

export interface TransferInput {
  readonly InstanceId?: string;
  readonly ContactId?: string;
  readonly ContactFlowId?: string;
  readonly QueueId?: string;
  readonly UserId?: string;
  readonly ClientToken?: string;
}

interface ListInput extends TransferInput {
  readonly NextToken?: string;
}

export interface Transferred {
  readonly ContactId: string;
  readonly ContactArn: string;
}

/**
 * Amazon Connect: the rules, token semantics and quota of the local Connect, and the troubles of
 * the plan. The code of `npm start` is fast enough here (about 3 µs per request).
 */
export class SimulatedConnect {
  readonly #world: ConnectWorld;
  #quota: RequestQuota;
  readonly #time: VirtualTime;
  readonly #plan: Plan;
  readonly #troubles: ReadonlySet<PlannedTrouble["what"]>;
  #newContacts = 0;
  /** Connect's defaults. */
  readonly #readQuotas: Readonly<Record<"DescribeContact" | "ListAssociatedContacts", RequestQuota>>;

  constructor(plan: Plan, time: VirtualTime, troubles: ReadonlySet<PlannedTrouble["what"]>) {
    this.#troubles = troubles;
    this.#time = time;
    this.#plan = plan;
    this.#world = new ConnectWorld({
      seed: {
        instances: { [instanceArn]: { contactFlows, queues: queueIds, users: ["user-0"], contacts: {} } },
      },
      now: () => time.now,
      newId: () => `new-${++this.#newContacts}`,
      tokenSemantics: plan.semantics,
      originalEndsAfterMs: plan.originalEndsAfterMs,
      allow: () => !this.#troubles.has("denied"),
      readsLagMs: { describe: plan.resolve?.describeLagMs, list: plan.resolve?.listLagMs },
      transferMethod: plan.resolve?.transferMethod,
    });
    this.#quota = this.#makeQuota(plan.quotaPerSecond);
    const now = () => time.now;
    this.#readQuotas = {
      DescribeContact: new RequestQuota({ requestsPerSecond: 10, burst: 15, now }),
      ListAssociatedContacts: new RequestQuota({ requestsPerSecond: 2, burst: 5, now }),
    };
  }

  /** Makes the quota ample. */
  heal() {
    this.#quota = this.#makeQuota(1_000);
  }

  addContact(id: string, state: "active" | "ended", transfers = 0, channel: Channel = Channel.TASK) {
    this.#world.add({
      instances: {
        [instanceArn]: {
          contactFlows: {},
          queues: [],
          users: [],
          contacts: { [id]: { channel, state, transfers } },
        },
      },
    });
  }

  addFlow(id: string) {
    this.#world.add({
      instances: {
        [instanceArn]: {
          contactFlows: { [id]: ContactFlowType.QUEUE_TRANSFER },
          queues: [],
          users: [],
          contacts: {},
        },
      },
    });
  }

  endContact(id: string) {
    this.#world.endContact({ InstanceId: instanceId, ContactId: id });
  }

  /** Admits a request and holds its token until the response releases it. @throws as the SDK would */
  admit(input: TransferInput): () => void {
    return asSdk(() => {
      if (this.#troubles.has("others")) this.#quota.tryTake("TransferContact");
      if (!this.#quota.tryTake("TransferContact"))
        throw new ConnectApiError(this.#quota.throttleErrorName, "Rate exceeded");
      if (this.#troubles.has("outage"))
        throw new ConnectApiError("InternalServiceException", "Request processing failed");
      return this.#world.holdToken(input.ClientToken);
    });
  }

  /** Executes a request. `onTransfer` is called if this request itself transferred the contact. */
  transfer(input: TransferInput, onTransfer: (transferred: Transferred) => void): Transferred {
    return asSdk(() => {
      if (this.#troubles.has("no room"))
        throw new ConnectApiError("ServiceQuotaExceededException", "No room");
      const transfersBefore = this.#world.transfers.length;
      const transferred = this.#world.transferContact(input);
      if (this.#world.transfers.length > transfersBefore) onTransfer(transferred);
      return transferred;
    });
  }

  /** Somebody else moves a contact; undefined if it is not active. */
  moveByOther(id: string, by: OtherMover, queueId: string): string | undefined {
    const contact = { InstanceId: instanceId, ContactId: id };
    try {
      if (by === "agent") this.#world.connectToAgent(contact, "user-0");
      return this.#world.moveByOther(contact, by, queueId);
    } catch (error) {
      if (error instanceof ConnectApiError) return undefined;
      throw error;
    }
  }

  /** A contact joins the tree of another one; undefined if that cannot be. */
  addKin(id: string, what: PlannedKin["what"]): string | undefined {
    const contact = { InstanceId: instanceId, ContactId: id };
    try {
      if (what === "linked task") return this.#world.startTask(instanceId, "flow-to-queue", id);
      return what === "answer" ? this.#world.replyToEmail(contact) : this.#moveOn(id);
    } catch (error) {
      if (error instanceof ConnectApiError) return undefined;
      throw error;
    }
  }

  /** An agent moves the contact that a contact has become. */
  #moveOn(id: string): string | undefined {
    const successor = this.#world.transfers.findLast(({ contactId }) => contactId === id)?.newContactId;
    return successor && this.moveByOther(successor, "agent", queueIds.at(-1) ?? "");
  }

  /** Admits a read. @throws as the SDK would */
  admitRead(operation: "DescribeContact" | "ListAssociatedContacts") {
    asSdk(() => {
      const quota = this.#readQuotas[operation];
      if (this.#troubles.has("others")) quota.tryTake(operation);
      if (!quota.tryTake(operation)) throw new ConnectApiError(quota.throttleErrorName, "Rate exceeded");
      if (this.#troubles.has("outage"))
        throw new ConnectApiError("InternalServiceException", "Request processing failed");
    });
  }

  describe({ InstanceId, ContactId }: TransferInput): DescribeContactResponse {
    return asSdk(() => this.#world.describeContact({ InstanceId, ContactId }));
  }

  list({ InstanceId, ContactId, NextToken }: ListInput): TreePage {
    const MaxResults = String(this.#plan.resolve?.pageSize ?? 100);
    return asSdk(() => this.#world.listAssociatedContacts({ InstanceId, ContactId, MaxResults, NextToken }));
  }

  #makeQuota(requestsPerSecond: number): RequestQuota {
    const burst = Math.max(1, Math.min(5, requestsPerSecond * 2.5));
    const throttleErrorName = this.#plan.seed % 2 === 0 ? "TooManyRequestsException" : "ThrottlingException";
    return new RequestQuota({ requestsPerSecond, burst, now: () => this.#time.now, throttleErrorName });
  }
}

/** One for each message of a plan. */
export const queueIds = Array.from({ length: 8 }, (_, index) => `queue-${index}`);
const contactFlows = {
  "flow-to-queue": ContactFlowType.QUEUE_TRANSFER,
  "flow-to-user": ContactFlowType.AGENT_TRANSFER,
};

function asSdk<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ConnectApiError)) throw error;
    throw sdkError(error.name, error.message, error.httpStatus);
  }
}
