import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { isReportable } from "../../cli/errors.ts";
import type { Outcome } from "../../events/merge-outcomes.ts";
import { type ContactStep, findContactSteps } from "../aws/contact-events.ts";
import type { StackOutputs } from "../aws/find-deployment.ts";
import { findDeliveries } from "../aws/function-log.ts";
import { findOutcomes } from "../aws/outcome-log.ts";
import { contactOf } from "../letters/contact-of.ts";
import { linksOfOutcome } from "./chain.ts";
import type { Trace } from "./trace.ts";

export interface TraceSources {
  readonly logs: CloudWatchLogsClient;
  readonly logGroups: Pick<StackOutputs, "outcomeLogGroupName" | "functionLogGroupName">;
  /** The dead letters that are about the id. */
  readonly readLetters: () => Promise<Pick<Trace, "letters" | "mayBeMore">>;
}

/** What is known, and why the rest could not be read: each source is worth showing without the others. */
export async function findTrace(
  id: string,
  since: number,
  { logs, logGroups, readLetters }: TraceSources,
): Promise<{ readonly trace: Trace; readonly unread: readonly string[] }> {
  const { outcomeLogGroupName, functionLogGroupName } = logGroups;
  const unread: string[] = [];
  const orElse = async <T>(nothing: T, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      if (!isReportable(error)) throw error;
      unread.push(error.message);
      return nothing;
    }
  };
  const noLetters: Pick<Trace, "letters" | "mayBeMore"> = { letters: [], mayBeMore: "it could not be read" };
  const [known, deliveries, found] = await Promise.all([
    outcomeLogGroupName === undefined
      ? []
      : orElse([], () => findOutcomes(logs, outcomeLogGroupName, id, since)),
    functionLogGroupName === undefined
      ? []
      : orElse([], () => findDeliveries(logs, functionLogGroupName, id, since)),
    orElse(noLetters, readLetters),
  ]);
  const named = [
    id,
    ...known.flatMap(contactsOf),
    ...found.letters.flatMap((letter) => contactOf(letter)?.contactId ?? []),
  ];
  const chain = { outcomes: known, steps: [] };
  const { outcomes, steps } =
    outcomeLogGroupName === undefined
      ? chain
      : await orElse<Chain>(chain, () =>
          followChain(known, named, { logs, logGroupName: outcomeLogGroupName, since }),
        );
  return { trace: { outcomes, deliveries, steps, ...found }, unread: [...new Set(unread)] };
}

/** Connect transfers a contact at most eleven times. */
const maxTransfers = 11;

interface Log {
  readonly logs: CloudWatchLogsClient;
  readonly logGroupName: string;
  readonly since: number;
}

type Chain = Pick<Trace, "outcomes" | "steps">;

/** The outcomes and events of the contacts that a contact was before, and of those that it became: each transfer makes a new one. */
async function followChain(
  known: readonly Outcome[],
  named: readonly string[],
  { logs, logGroupName, since }: Log,
): Promise<Chain> {
  const outcomes = new Map(known.map((outcome) => [outcome.id, outcome]));
  const steps: ContactStep[] = [];
  const asked = new Set<string>();
  let open = [...new Set(named)];
  for (let hop = 0; open.length > 0 && hop <= maxTransfers; hop++) {
    for (const contactId of open) asked.add(contactId);
    const found = await Promise.all(
      open.map(async (contactId) => ({
        outcomes: await findOutcomes(logs, logGroupName, contactId, since),
        steps: await findContactSteps(logs, logGroupName, contactId, since),
      })),
    );
    const news = found.flatMap((one) => one.outcomes).filter(({ id }) => !outcomes.has(id));
    const newSteps = found.flatMap((one) => one.steps);
    for (const outcome of news) outcomes.set(outcome.id, outcome);
    steps.push(...newSteps);
    const linked = [
      ...news.flatMap(contactsOf),
      ...newSteps.flatMap(({ contactId, previousContactId = contactId }) => [contactId, previousContactId]),
    ];
    open = [...new Set(linked)].filter((contactId) => !asked.has(contactId));
  }
  return { outcomes: [...outcomes.values()], steps: withoutTwins(steps) };
}

function contactsOf(outcome: Outcome): string[] {
  const { request } = outcome.detail;
  const links = linksOfOutcome(outcome).flatMap(({ from, to }) => [from, to]);
  return request ? [request.contactId, ...links] : links;
}

/** An event is found by its contact and by the one before. */
function withoutTwins(steps: readonly ContactStep[]): ContactStep[] {
  return [...new Map(steps.map((step) => [JSON.stringify(step), step])).values()];
}
