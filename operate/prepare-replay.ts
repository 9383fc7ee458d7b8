import { UsageError } from "../cli/errors.ts";
import { checkPlanned } from "./checks/check-planned.ts";
import type { DeadLetter } from "./letters/letter.ts";
import type { Selected } from "./receive/work.ts";
import { decide, groupLetters, type ReplayOptions, type ReplayPlan } from "./replay/plan-replay.ts";
import { type LetterSketch, sketchLetter } from "./replay/sketch-letter.ts";
import type { Session } from "./session.ts";

/** What an operator asks of a replay. */
export interface AskedReplay extends Omit<ReplayOptions, "instances" | "maxIntentAgeMs"> {
  /** Asks Connect first, and skips what cannot succeed. */
  readonly check: boolean;
  /** Messages per second. @default half of the function's rate, so that live intents are not held up */
  readonly perSecond?: number;
}

/** A replay as the deployment makes it. */
export interface PreparedReplay {
  readonly replay: ReplayOptions;
  readonly perSecond: number;
  /** How `withSelected` looks at the queue for it. */
  readonly selecting: {
    readonly sketch: (letter: DeadLetter) => LetterSketch;
    readonly windowLetters: number;
  };
  /** What it would do with these dead letters. */
  makePlan(selected: Pick<Selected<LetterSketch>, "sketches" | "received">): Promise<ReplayPlan>;
}

/** A window is what so much time needs: nothing is kept from other operators for longer. */
const windowSeconds = 600;
const windowLetters = { least: 100, most: 10_000 };

/** @throws UsageError if two options contradict each other */
export function prepareReplay(options: AskedReplay, session: Session): PreparedReplay {
  const { deployment, clock } = session;
  refuseConflicts(options);
  const replay: ReplayOptions = { ...options, ...deployment };
  const perSecond = options.perSecond ?? deployment.transfersPerSecond / 2;
  const { least, most } = windowLetters;
  const perWindow = Math.min(most, Math.max(least, Math.ceil(perSecond * windowSeconds)));
  return {
    replay,
    perSecond,
    selecting: { sketch: (letter) => sketchLetter(letter, replay), windowLetters: perWindow },
    async makePlan({ sketches, received }) {
      const decided = groupLetters(sketches).map((group) => ({
        group,
        decision: decide(group, replay, clock.now()),
      }));
      const planned = options.check ? await checkPlanned(decided, session) : decided;
      const { assumed, isPaused } = deployment;
      return { planned, received, perSecond, assumed, isPaused };
    },
  };
}

/** Two answers to one question would have one of them ignored. @throws UsageError */
function refuseConflicts({ edits = [], newIdentity, ignoreExpiresAt }: AskedReplay): void {
  const isSet = (member: string) => edits.some(({ path }) => path[0] === "detail" && path[1] === member);
  if (newIdentity && isSet("intentId")) {
    throw new UsageError("Give either --new-identity or an edit of detail.intentId.");
  }
  if (ignoreExpiresAt && isSet("expiresAt")) {
    throw new UsageError("Give either --ignore-expires-at or an edit of detail.expiresAt.");
  }
}

/** Dead letters must not go to the intent queue of another deployment. @throws UsageError */
export async function refuseOtherQueue(session: Session): Promise<void> {
  const [intents, dead] = [session.intentQueue(), session.deadLetterQueue()];
  const { movesTo } = await intents.counts();
  const nameOf = (text: string) => text.split(/[:/]/).at(-1);
  if (movesTo === undefined || nameOf(movesTo) === nameOf(dead.url)) return;
  throw new UsageError(
    `The intent queue ${intents.url} belongs to another dead-letter queue, ${nameOf(movesTo)}.`,
    { code: "OtherDeployment", hint: "Check --intent-queue-url and --dead-letter-queue-url." },
  );
}
