import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import { holdsExactNumber } from "../../../events/lossless-json.ts";
import type { EventBridgeEvent } from "../../../infra/eventbridge/event.ts";
import { compileEventPattern } from "../../../infra/eventbridge/event-pattern.ts";
import { compileTargetInput } from "../../../infra/eventbridge/input-transformer.ts";
import { ServiceError } from "../service-error.ts";
import { type Delivery, type DeliveryDeps, deliverToTarget } from "./deliver-to-target.ts";
import { checkCall, type EntryContent, readEntry } from "./put-events.ts";
import type { PutEventsFaults } from "./put-events-faults.ts";
import type { Rule, RuleTarget } from "./rule.ts";

export interface EventBridgeOptions extends DeliveryDeps {
  readonly region: string;
  readonly accountId: string;
  /** For the ids of events. */
  readonly randomUuid: () => string;
  /** @default no faults */
  readonly faults?: PutEventsFaults;
}

export interface PutEventsResult {
  readonly FailedEntryCount: number;
  /** One per entry, in order. */
  readonly Entries: readonly PutEventsResultEntry[];
}

/** An event of an AWS service. */
export interface ServiceEvent extends EntryContent {
  readonly resources?: readonly string[];
  /** @default now */
  readonly time?: Date;
}

/** Called for each event that a bus has accepted, whether or not a rule matches it. */
export type EventListener = (event: EventBridgeEvent, eventBusName: string) => void;

interface CompiledRule {
  readonly rule: Rule;
  readonly matches: (event: EventBridgeEvent) => boolean;
  readonly targets: readonly Pick<Delivery, "target" | "transformInput">[];
}

const maxTargets = 5;

/**
 * The event buses of one account and Region, in memory. Rejects the rules that EventBridge would reject. Delivers events in
 * the background, once to each target unless the target fails.
 */
export class EventBridge {
  readonly #options: EventBridgeOptions;
  readonly #rulesByBus = new Map<string, Map<string, CompiledRule>>([["default", new Map()]]);
  readonly #listeners = new Set<EventListener>();
  readonly #droppedListeners = new Set<EventListener>();
  readonly #deliveries = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  /** Starts with the bus `default`, as every account does. */
  constructor(options: EventBridgeOptions) {
    this.#options = options;
  }

  /** Adds a bus without rules; an existing one keeps its rules. */
  addEventBus(eventBusName: string): void {
    if (!this.#rulesByBus.has(eventBusName)) this.#rulesByBus.set(eventBusName, new Map());
  }

  /** @throws ServiceError ResourceNotFoundException for an unknown bus. */
  describeEventBus(nameOrArn = "default"): { readonly Name: string; readonly Arn: string } {
    const Name = toBusName(nameOrArn);
    this.#rulesOf(Name);
    const { region, accountId } = this.#options;
    return { Name, Arn: `arn:aws:events:${region}:${accountId}:event-bus/${Name}` };
  }

  /**
   * Adds a rule with its targets, or replaces the one of the same name. A pattern that EventBridge would reject throws
   * InvalidEventPatternError; invalid input settings throw InvalidTargetInputError.
   */
  putRule(rule: Rule): void {
    const ids = new Set(rule.targets.map((target) => target.id));
    if (ids.size < rule.targets.length || ids.size > maxTargets) {
      throw new ServiceError(
        "ValidationException",
        `Rule ${rule.ruleName} may have ${maxTargets} targets, each with an id of its own.`,
      );
    }
    this.#rulesOf(rule.eventBusName).set(rule.ruleName, {
      rule,
      matches: compileEventPattern(rule.eventPattern),
      targets: rule.targets.map((target) => ({ target, transformInput: compileTargetInput(target.input) })),
    });
  }

  /** The rules of a bus, by name. */
  listRules(eventBus?: string): Rule[] {
    const rules = [...this.#rulesOf(toBusName(eventBus)).values()].map(({ rule }) => rule);
    return rules.sort((a, b) => (a.ruleName < b.ruleName ? -1 : 1));
  }

  /** @throws ServiceError ResourceNotFoundException for an unknown rule. */
  listTargetsByRule(ruleName: string, eventBus?: string): readonly RuleTarget[] {
    return this.describeRule(ruleName, eventBus).targets;
  }

  /** @throws ServiceError ResourceNotFoundException for an unknown rule. */
  describeRule(ruleName: string, eventBus?: string): Rule {
    const eventBusName = toBusName(eventBus);
    const found = this.#rulesOf(eventBusName).get(ruleName);
    if (found) return found.rule;
    throw new ServiceError(
      "ResourceNotFoundException",
      `Rule ${ruleName} does not exist on EventBus ${eventBusName}.`,
    );
  }

  /**
   * As the API: a call over the limits throws ServiceError, a rejected entry is reported in its place of the result, and
   * an event for a bus that does not exist gets an id and is dropped.
   */
  async putEvents(entries: readonly PutEventsRequestEntry[]): Promise<PutEventsResult> {
    const fault = this.#options.faults?.(entries);
    if (fault?.kind === "error") throw fault.error;
    if (fault?.kind === "hang") return new Promise(() => {});
    checkCall(entries);
    const failures = fault?.kind === "entries" ? fault.failures : new Map<number, PutEventsResultEntry>();
    const results = entries.map((entry, i) => failures.get(i) ?? this.#putEvent(entry));
    if (fault?.kind === "lost-answer") throw fault.error;
    return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results };
  }

  /**
   * Publishes an event of an AWS service on the default bus, as the services do themselves: PutEvents rejects sources that
   * begin with `aws.`. Returns the event's id.
   */
  announce({ source, detailType, detail, resources = [], time }: ServiceEvent): string {
    if (!source.startsWith("aws.")) {
      throw new ServiceError("ValidationException", `${source} is not an AWS service. Use putEvents.`);
    }
    const ingestedAt = this.#options.now();
    const event = this.#makeEvent({ source, detailType, detail }, resources, time ?? new Date(ingestedAt));
    this.#publish(event, "default", ingestedAt);
    return event.id;
  }

  /** Returns a function that removes the listener. */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Like `onEvent`, for events that no rule takes or whose bus does not exist. */
  onDropped(listener: EventListener): () => void {
    this.#droppedListeners.add(listener);
    return () => this.#droppedListeners.delete(listener);
  }

  /** Resolves when all events so far have been delivered, dead-lettered or dropped. */
  async idle(): Promise<void> {
    while (this.#deliveries.size > 0) await Promise.all(this.#deliveries);
  }

  /** Ends all retries and drops what is not delivered yet. Resolves when no delivery is in progress. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  #putEvent(entry: PutEventsRequestEntry): PutEventsResultEntry {
    const content = readEntry(entry);
    if ("refusal" in content) return content.refusal;
    const ingestedAt = this.#options.now();
    const event = this.#makeEvent(content, entry.Resources ?? [], entry.Time ?? new Date(ingestedAt));
    this.#publish(event, toBusName(entry.EventBusName), ingestedAt);
    return { EventId: event.id };
  }

  #makeEvent(content: EntryContent, resources: readonly string[], time: Date): EventBridgeEvent {
    const { randomUuid, accountId, region } = this.#options;
    return {
      version: "0",
      id: randomUuid(),
      "detail-type": content.detailType,
      source: content.source,
      account: accountId,
      time: toWholeSeconds(time),
      region,
      resources,
      detail: content.detail,
    };
  }

  #publish(event: EventBridgeEvent, eventBusName: string, ingestedAt: number): void {
    const rules = this.#rulesByBus.get(eventBusName);
    if (rules) for (const listener of this.#listeners) listener(event, eventBusName);
    // Patterns compare numbers by value; targets get them digit by digit.
    const byValue: EventBridgeEvent = holdsExactNumber(event) ? JSON.parse(JSON.stringify(event)) : event;
    const matching = [...(rules?.values() ?? [])].filter(
      ({ rule, matches }) => rule.isEnabled && matches(byValue),
    );
    if (matching.length === 0) for (const listener of this.#droppedListeners) listener(event, eventBusName);
    for (const { rule, targets } of matching) {
      const context = { ruleArn: rule.ruleArn, ruleName: rule.ruleName, ingestedAt };
      for (const target of targets) this.#deliver({ ...target, event, rule: context });
    }
  }

  #deliver(delivery: Delivery): void {
    const done = deliverToTarget(delivery, this.#options, this.#stopping.signal).finally(() =>
      this.#deliveries.delete(done),
    );
    this.#deliveries.add(done);
  }

  #rulesOf(eventBusName: string): Map<string, CompiledRule> {
    const rules = this.#rulesByBus.get(eventBusName);
    if (rules) return rules;
    throw new ServiceError("ResourceNotFoundException", `Event bus ${eventBusName} does not exist.`);
  }
}

function toBusName(nameOrArn = "default"): string {
  return nameOrArn.replace(/^arn:.*:event-bus\//, "");
}

function toWholeSeconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}
