import { EventBus, type IEventBus, type OnEventOptions, type Rule } from "aws-cdk-lib/aws-events";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import { Construct, type IConstruct } from "constructs";
import { grantRequests } from "./grant-requests.ts";
import { onOutcome } from "./on-outcome.ts";

/** A `ContactTransfer` of this app or of another: what producers and consumers need of it. */
export interface IContactTransfer extends IConstruct {
  /** Where requests come from and outcomes go. */
  readonly eventBus: IEventBus;
  /** Allows the grantee to put requests on the bus and nothing else, only from `eventSources` if that is set. */
  grantRequestTransfers(grantee: IGrantable): Grant;
  /** Adds a rule for outcomes, in the stack of `scope`. Its `eventPattern` narrows them, for example by `requestedBy.source`. */
  onOutcome(scope: Construct, id: string, options?: OnEventOptions): Rule;
}

/** What another app must know of a `ContactTransfer`. */
export interface ContactTransferAttributes {
  /** The ARN of its bus, in the account and Region of the stack that uses it. */
  readonly eventBusArn: string;

  /**
   * The sources of requests that `grantRequestTransfers` allows.
   *
   * @default - any
   */
  readonly eventSources?: string[];

  /**
   * The source of its outcomes.
   *
   * @default "contact-transfer"
   */
  readonly outcomeSource?: string;
}

/** A `ContactTransfer` of another app. */
export class ImportedContactTransfer extends Construct implements IContactTransfer {
  readonly eventBus: IEventBus;
  private readonly attributes: ContactTransferAttributes;

  constructor(scope: Construct, id: string, attributes: ContactTransferAttributes) {
    super(scope, id);
    this.attributes = attributes;
    this.eventBus = EventBus.fromEventBusArn(this, "EventBus", attributes.eventBusArn);
  }

  grantRequestTransfers(grantee: IGrantable): Grant {
    return grantRequests(this.eventBus, this.attributes.eventSources, grantee);
  }

  onOutcome(scope: Construct, id: string, options?: OnEventOptions): Rule {
    const { outcomeSource = "contact-transfer" } = this.attributes;
    return onOutcome(scope, id, this.eventBus, outcomeSource, options);
  }
}
