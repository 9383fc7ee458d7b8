import { reasonNames } from "../events/failure-reasons.ts";
import { filters } from "../operate/letters/filters.ts";
import { reasonsByOrigin } from "../operate/letters/letter.ts";
import { describeLetterReason } from "../operate/letters/reasons.ts";
import type { SessionOptions } from "../operate/open-session.ts";
import type { Session } from "../operate/session.ts";
import packageJson from "../package.json" with { type: "json" };
import { filterNames } from "./protocol/filters.ts";
import type { SessionInfo } from "./protocol/session.ts";

export interface DescribedSession {
  readonly session: Session;
  readonly options: SessionOptions;
  readonly canWrite: boolean;
  readonly auditFile: string;
  readonly idleMinutes: number;
}

/** What the page shows of the deployment, the operator and this program. */
export async function describeSession(described: DescribedSession): Promise<SessionInfo> {
  const { session, canWrite, auditFile, idleMinutes } = described;
  const { deployment } = session;
  const { outputs, transfersPerSecond, assumed, intentQueueUrl } = deployment;
  const deadLetterQueueUrl = session.deadLetterQueue().url;
  const operator = await session.operator();
  const { hostname, pathname } = new URL(deadLetterQueueUrl);
  const hasOutcomeLog = outputs?.outcomeLogGroupName !== undefined;
  const isLocal = ["127.0.0.1", "localhost"].includes(hostname);
  return {
    version: packageJson.version,
    stack: deployment.stack,
    region: await (await session.connect()).config.region(),
    account: isLocal ? undefined : /^\/(\d{12})\//.exec(pathname)?.[1],
    isLocal,
    deadLetterQueueUrl,
    intentQueueUrl,
    canWrite,
    operator,
    auditFile,
    hasOutcomeLog,
    costOfLooking: hasOutcomeLog ? undefined : costOfLooking,
    hasFunctionLog: outputs?.functionLogGroupName !== undefined,
    transfersPerSecond,
    assumed,
    idleMinutes,
    reasons: [...reasonNames, ...new Set(Object.values(reasonsByOrigin))].map((reason) => ({
      reason,
      ...describeLetterReason(reason),
    })),
    filters: filterNames.map((name) => {
      const filter = filters.find(({ option }) => option === `--${name}`);
      return { name, description: filter?.description ?? "" };
    }),
  };
}

const costOfLooking =
  "No outcome log is known, so the dead-letter queue itself must be received: its messages are hidden from others for the seconds that it takes, and SQS counts a receive of each.";
