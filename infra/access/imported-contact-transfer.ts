import { EventBus, type IEventBus, type OnEventOptions, type Rule } from "aws-cdk-lib/aws-events";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import { Stack, Token } from "aws-cdk-lib/core";
import { Construct, type IConstruct } from "constructs";
import { eventBusArn as arnOfBus, checkList, requireBusOf, requireSource } from "../settings/checks.ts";
import { requireType } from "../settings/prop-type.ts";
import { quote, SettingError } from "../settings/setting-error.ts";
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
    checkAttributes(attributes);
    this.attributes = attributes;
    this.eventBus = EventBus.fromEventBusArn(this, "EventBus", attributes.eventBusArn);
    requireBusOf("fromAttributes: eventBusArn", this.eventBus, Stack.of(this));
  }

  grantRequestTransfers(grantee: IGrantable): Grant {
    return grantRequests(this.eventBus, this.attributes.eventSources, grantee);
  }

  onOutcome(scope: Construct, id: string, options?: OnEventOptions): Rule {
    const { outcomeSource = "contact-transfer" } = this.attributes;
    return onOutcome(scope, id, this.eventBus, outcomeSource, options);
  }
}

function checkAttributes(attributes: ContactTransferAttributes): void {
  const { eventBusArn, eventSources, outcomeSource } = attributes;
  const nameOf = (attribute: keyof ContactTransferAttributes) => `fromAttributes: ${attribute}`;
  requireType(nameOf("eventBusArn"), "a string", eventBusArn);
  const [pattern, right] = arnOfBus;
  if (!Token.isUnresolved(eventBusArn) && !pattern.test(eventBusArn))
    throw new SettingError(`${nameOf("eventBusArn")}: ${quote(eventBusArn)} is not ${right}.`);
  if (outcomeSource !== undefined) requireSource(nameOf("outcomeSource"), outcomeSource);
  if (eventSources === undefined) return;
  const name = nameOf("eventSources");
  requireType(name, "a list of strings", eventSources);
  const sources = checkList(name, eventSources, "leave it out to allow every source");
  for (const source of sources) requireSource(name, source);
}
