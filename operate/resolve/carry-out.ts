import { UsageError } from "../../cli/errors.ts";
import type { OutcomeSettings } from "../../lambda/settle/outcome.ts";
import type { WorkThrough } from "../receive/work.ts";
import type { AuditLog } from "../replay/audit-log.ts";
import { type Replayed, type ReplayResult, replayLetters } from "../replay/replay-letters.ts";
import type { Session } from "../session.ts";
import { openGroups } from "./judge-all.ts";
import type { JudgedLetter } from "./judge-letter.ts";
import { type Published, publishObserved } from "./publish-observed.ts";

/** What was done about verdicts. A letter that is in neither was not come to. */
export interface Done {
  readonly published: Published;
  readonly replayed: Replayed;
}

export interface CarryOutDeps {
  readonly session: Session;
  readonly settings: OutcomeSettings;
  readonly audit: AuditLog;
  readonly onPublished?: (messageId: string) => void;
  readonly onReplayed?: (result: ReplayResult) => void;
  /** Ends the work after the batch under way. */
  readonly signal: AbortSignal;
}

/** Where a success that was observed is published. @throws UsageError if only a stack would say */
export function publishSettings({ deployment }: Session): OutcomeSettings {
  const { outputs, outcomeSource, instances } = deployment;
  if (outputs && outcomeSource !== undefined)
    return { instances, eventBusName: outputs.eventBusName, outcomeSource };
  throw new UsageError("Which bus do outcomes go to? Give --stack NAME instead of the URLs of queues.");
}

/** Publishes the successes that are proven and deletes their dead letters, then replays what is proven open. */
export async function carryOut(
  judged: readonly JudgedLetter[],
  workThrough: WorkThrough,
  { session, settings, audit, onPublished, onReplayed, signal }: CarryOutDeps,
): Promise<Done> {
  const { clock, deployment } = session;
  const moved = judged.filter(({ action }) => action === "publish Succeeded");
  const published: Published =
    moved.length > 0
      ? await publishObserved(moved, workThrough, {
          eventBridge: await session.eventBridge(),
          settings,
          clock,
          audit,
          onPublished,
          signal,
        })
      : { published: [], failed: new Map() };
  const groups = openGroups(judged);
  const replayed: Replayed =
    groups.length > 0 && published.stopped === undefined
      ? await replayLetters(groups, workThrough, {
          intentQueue: session.intentQueue(),
          clock,
          audit,
          perSecond: deployment.transfersPerSecond / 2,
          options: deployment,
          onResult: onReplayed,
          signal,
        })
      : { results: [] };
  return { published, replayed };
}
