import type { Outcome } from "../../events/merge-outcomes.ts";
import type { ContactStep } from "../aws/contact-events.ts";
import type { Trace } from "./trace.ts";

/** Who transferred a contact, as far as that is known; the surest first. */
export const movers = ["intent", "agent", "likely-intent", "other", "unknown"] as const;

/** How one contact became another. Instants are milliseconds since 1970. */
export interface ChainLink {
  readonly from: string;
  readonly to: string;
  readonly by: (typeof movers)[number];
  /** The intent that transferred it, or most likely did. */
  readonly intentId?: string;
}

/** One contact of a chain. */
export interface ChainContact {
  readonly contactId: string;
  /** Missing for the first contact that is known. */
  readonly from?: ChainLink;
  readonly queueId?: string;
  readonly queuedAt?: number;
  readonly agentId?: string;
  readonly connectedToAgentAt?: number;
  readonly endedAt?: number;
}

/** What is known of a chain besides the outcomes: from Connect itself, for example. */
export interface ChainFacts {
  readonly links: readonly ChainLink[];
  readonly steps: readonly ContactStep[];
}

/** The chain of a trace's contacts, with what else is known of it. */
export function chainOf(
  { outcomes, steps }: Pick<Trace, "outcomes" | "steps">,
  more?: ChainFacts,
): ChainContact[] {
  const links = [...outcomes.flatMap(linksOfOutcome), ...(more?.links ?? [])];
  return chainFrom({ links, steps: [...steps, ...(more?.steps ?? [])] });
}

/** The contacts that are linked with each other, each after the one that it was before. */
export function chainFrom({ links, steps }: ChainFacts): ChainContact[] {
  const surest = new Map<string, ChainLink>();
  for (const link of [...links, ...steps.flatMap(linkOfStep)]) {
    const known = surest.get(link.to);
    if (!known || movers.indexOf(link.by) < movers.indexOf(known.by)) surest.set(link.to, link);
  }
  const stepsOf = Map.groupBy(steps, ({ contactId }) => contactId);
  const ordered: ChainContact[] = [];
  const visit = (contactId: string, from?: ChainLink) => {
    if (ordered.some((one) => one.contactId === contactId)) return;
    ordered.push({ contactId, ...(from && { from }), ...lifeOf(stepsOf.get(contactId) ?? []) });
    for (const link of surest.values()) if (link.from === contactId) visit(link.to, link);
  };
  const firsts = new Set(Array.from(surest.values(), ({ from }) => from).filter((id) => !surest.has(id)));
  for (const contactId of firsts) visit(contactId);
  return ordered;
}

/** What an outcome says of how its contact moved. */
export function linksOfOutcome(outcome: Outcome): ChainLink[] {
  const { request, intentId, shadow, resolution } = outcome.detail;
  if (!request || shadow) return [];
  const from = request.contactId;
  if ("response" in outcome.detail) {
    const { contactId, evidence } = outcome.detail.response;
    return [{ from, to: contactId, by: evidence === "observed" ? "likely-intent" : "intent", intentId }];
  }
  const { by, contactId, contactIds = [] } = resolution ?? {};
  const several = contactIds.map((to) => ({ from, to, by: "unknown" as const }));
  if (contactId === undefined) return several;
  if (by === "likely-us") return [{ from, to: contactId, by: "likely-intent", intentId }];
  return [{ from, to: contactId, by: by === "other" ? "other" : "unknown" }];
}

function linkOfStep({ contactId, previousContactId }: ContactStep): ChainLink[] {
  return previousContactId === undefined ? [] : [{ from: previousContactId, to: contactId, by: "unknown" }];
}

/** Events may arrive twice and in any order; of a type that nobody knows, only the places count. */
function lifeOf(steps: readonly ContactStep[]): Omit<ChainContact, "contactId" | "from"> {
  const first = (type: string) =>
    steps.filter((step) => step.type === type).toSorted((a, b) => a.at - b.at)[0]?.at;
  const life = {
    queueId: steps.findLast(({ queueId }) => queueId)?.queueId,
    queuedAt: first("QUEUED"),
    agentId: steps.findLast(({ agentId }) => agentId)?.agentId,
    connectedToAgentAt: first("CONNECTED_TO_AGENT"),
    endedAt: first("DISCONNECTED"),
  };
  return Object.fromEntries(Object.entries(life).filter(([, value]) => value !== undefined));
}
