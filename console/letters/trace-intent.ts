import { isAbout } from "../../operate/letters/identify-letter.ts";
import type { Session } from "../../operate/session.ts";
import { chainOf, type ChainContact as Linked } from "../../operate/trace/chain.ts";
import { describeLink } from "../../operate/trace/describe-chain.ts";
import { describeState, identityOf, timelineOf } from "../../operate/trace/describe-trace.ts";
import { findTrace } from "../../operate/trace/find-trace.ts";
import { groupIntents } from "../../operate/trace/group-intents.ts";
import { describeUnknown, readChain } from "../../operate/trace/read-chain.ts";
import type { TracedIntent as Traced } from "../../operate/trace/trace.ts";
import type { WriteCommand } from "../command-line.ts";
import type { ChainContact, Trace, TracedIntent } from "../protocol/trace.ts";
import type { QueueReader } from "./queue-reader.ts";

/** As long as the outcome log keeps its events by default. */
const sinceMs = 30 * 86_400_000;

/** What happened to an intent or a contact, from the logs and from what was read of the queue: nothing is received. */
export async function traceIntent(
  id: string,
  session: Session,
  queue: QueueReader,
  { write, asksConnect }: { readonly write: WriteCommand; readonly asksConnect: boolean },
): Promise<Trace> {
  const { clock } = session;
  const logGroups = session.outputs();
  const { snapshot } = queue;
  const { trace, unread } = await findTrace(id, clock.now() - sinceMs, {
    logs: await session.logs(),
    logGroups,
    async readLetters() {
      const ids = snapshot?.index.mentioning(id) ?? [];
      const letters = ids.flatMap((each) => snapshot?.letter(each) ?? []);
      return { letters: letters.filter((letter) => isAbout(letter, id)) };
    },
  });
  const { outcomeLogGroupName, functionLogGroupName } = logGroups;
  const read = asksConnect ? await readChain(id, trace, session) : undefined;
  return {
    id,
    intents: groupIntents(trace).map(tracedIntent),
    chain: chainOf(trace, read).map(chainContact),
    verdicts: read?.verdicts,
    remarks: [
      ...(outcomeLogGroupName === undefined ? ["The stack keeps no outcome log (outcomeLog: false)."] : []),
      ...(functionLogGroupName === undefined
        ? ["Retries are not shown: the stack does not say where the function logs."]
        : []),
      snapshot
        ? `Dead letters are those of ${new Date(snapshot.freshness.readAt).toISOString()}, when the queue was read.`
        : "The dead-letter queue has not been read: read it to see whether it has a dead letter.",
      ...unread,
      ...(read ? [...describeUnknown(read), ...read.unread] : []),
    ],
    readAt: clock.now(),
    commandLine: write(["trace", id], { check: asksConnect }),
  };
}

function chainContact({ from, ...contact }: Linked): ChainContact {
  if (!from) return contact;
  const isCertain = from.by !== "likely-intent" && from.by !== "unknown";
  return { ...contact, transferred: { text: describeLink(from), isCertain, intentId: from.intentId } };
}

function tracedIntent(traced: Traced): TracedIntent {
  const { intentId, contactId } = identityOf(traced);
  const { key, state } = traced;
  return {
    clientToken: key.startsWith("ct1-") ? key : undefined,
    intentId,
    contactId,
    state: state.kind,
    text: stateText(traced),
    timeline: timelineOf(traced).map(({ messageId, ...entry }) => ({ ...entry, letterId: messageId })),
  };
}

/** The state without the commands that the page has no use for. */
function stateText(traced: Traced): string {
  const { state } = traced;
  if (state.kind === "failed" && state.isDeadLettered) return "Failed; its dead letter is below";
  const text = describeState(traced).replace(/^outcome: /, "");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
