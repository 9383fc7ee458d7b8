import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { isReportable } from "../../cli/errors.ts";
import type { Outcome } from "../../events/merge-outcomes.ts";
import type { StackOutputs } from "../aws/find-deployment.ts";
import { findDeliveries } from "../aws/function-log.ts";
import { findOutcomes } from "../aws/outcome-log.ts";
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
  const outcomesOf = async (group: string): Promise<readonly Outcome[]> => {
    const outcomes = await findOutcomes(logs, group, id, since);
    return [...outcomes, ...(await findSuccessors(outcomes, logs, group, since))];
  };
  const noLetters: Pick<Trace, "letters" | "mayBeMore"> = { letters: [], mayBeMore: "it could not be read" };
  const [outcomes, deliveries, letters] = await Promise.all([
    outcomeLogGroupName === undefined ? [] : orElse([], () => outcomesOf(outcomeLogGroupName)),
    functionLogGroupName === undefined
      ? []
      : orElse([], () => findDeliveries(logs, functionLogGroupName, id, since)),
    orElse(noLetters, readLetters),
  ]);
  return { trace: { outcomes, deliveries, ...letters }, unread: [...new Set(unread)] };
}

/** Connect transfers a contact at most eleven times. */
const maxTransfers = 11;

/** The outcomes of the contacts that a contact became: each transfer makes a new one. */
async function findSuccessors(
  known: readonly Outcome[],
  logs: CloudWatchLogsClient,
  logGroupName: string,
  since: number,
): Promise<Outcome[]> {
  const ids = new Set(known.map((outcome) => outcome.id));
  const found: Outcome[] = [];
  let open = known.flatMap(newContactOf);
  for (let hop = 0; open.length > 0 && hop < maxTransfers; hop++) {
    const next = await Promise.all(open.map((id) => findOutcomes(logs, logGroupName, id, since)));
    const news = next.flat().filter((outcome) => !ids.has(outcome.id));
    for (const outcome of news) ids.add(outcome.id);
    found.push(...news);
    open = news.flatMap(newContactOf);
  }
  return found;
}

function newContactOf(outcome: Outcome): string[] {
  return "response" in outcome.detail && !outcome.detail.shadow ? [outcome.detail.response.contactId] : [];
}
