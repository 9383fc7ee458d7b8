import type { Ports } from "../../lambda/ports.ts";
import type { FateAt } from "../plan/plan.ts";
import { type CallingInstance, makeCall, putCourse, requestCourse } from "./port-call.ts";
import { sdkError } from "./sdk-error.ts";
import { sendLetters } from "./send-letters.ts";
import { toldOutcome } from "./told-outcome.ts";
import type { World } from "./world.ts";

/** The ways out of a function instance, each call on a course that fate decides. */
export function createCalls(
  instance: CallingInstance,
  world: World,
): Pick<Ports, "transferContact" | "putEvents" | "sendDeadLetters" | "changeVisibility"> {
  return {
    transferContact: (input, signal) => transfer(instance, world, input, signal),
    putEvents: (entries, signal) => put(instance, world, entries, signal),
    sendDeadLetters: (entries, signal) => sendLetters(instance, world, entries, signal),
    changeVisibility: (handle, seconds, signal) => hide(instance, world, handle, seconds, signal),
  };
}

type Call<Name extends keyof Ports> = Ports[Name] extends (...args: infer Args) => infer Answer
  ? { args: Args; answer: Answer }
  : never;

function transfer(
  instance: CallingInstance,
  world: World,
  input: Call<"transferContact">["args"][0],
  signal: AbortSignal,
): Call<"transferContact">["answer"] {
  const { fates, connect, time } = world;
  const call = world.number();
  const fate = staleFate(instance) ?? fates.at("transfer");
  if (!instance.isDead) {
    const {
      ContactId: contactId = "",
      ContactFlowId: contactFlowId = "",
      QueueId: queueId,
      UserId: userId,
    } = input;
    const request = { contactId, contactFlowId, ...(queueId && { queueId }), ...(userId && { userId }) };
    const { invocation } = instance.work;
    world.record({
      what: "asked",
      call,
      invocation,
      instance: instance.number,
      request,
      clientToken: input.ClientToken,
      fate,
    });
  }
  const workMs = fate === "slow" ? fates.ms(500, 7_000) : fates.ms(0, 2);
  return makeCall(instance, time, signal, {
    ...requestCourse(fate, fates),
    serve(reply) {
      const refusal = refusedBefore[fate];
      if (refusal)
        return reply(() => {
          throw refusal();
        });
      if (fate === "empty answer") return reply(() => ({ $metadata: { httpStatusCode: 200 } }));
      let release: () => void;
      try {
        release = connect.admit(input);
      } catch (error) {
        return reply(() => {
          throw error;
        });
      }
      time.after(workMs, () => {
        release();
        reply(() => {
          const moved = connect.transfer(input, ({ ContactId }) =>
            world.record({ what: "moved", call, contactId: input.ContactId ?? "", newContactId: ContactId }),
          );
          if (fate === "reset after")
            throw sdkError("Error", "read ECONNRESET", undefined, { code: "ECONNRESET" });
          if (fate === "broken answer") throw sdkError("SyntaxError", "Unexpected token", 200);
          return { ...moved, $metadata: { httpStatusCode: 200, requestId: `connect-${call}` } };
        });
      });
    },
    settled: (answer) => world.record({ what: "answered", call, answer }),
  });
}

/** An instance that was frozen for long finds its connection closed. */
function staleFate(instance: CallingInstance): FateAt<"transfer"> | undefined {
  if (!instance.isStale) return undefined;
  instance.isStale = false;
  return "reset";
}

const refusedBefore: Readonly<Partial<Record<FateAt<"transfer">, () => Error>>> = {
  error: () => sdkError("InternalServiceException", "Request processing failed", 500),
  unreadable: () => sdkError("SyntaxError", "Unexpected token < in JSON", 503),
  reset: () => sdkError("Error", "read ECONNRESET", undefined, { code: "ECONNRESET" }),
};

function put(
  instance: CallingInstance,
  world: World,
  entries: Call<"putEvents">["args"][0],
  signal: AbortSignal,
): Call<"putEvents">["answer"] {
  const { fates, time } = world;
  const call = world.number();
  const { invocation } = instance.work;
  const fate = fates.at("put");
  if (!instance.isDead) world.record({ what: "putting", call, invocation, fate });
  const outcomes = entries.map(toldOutcome);
  const taken = outcomes.map(() => fate !== "partial" || fates.hits());
  return makeCall(instance, time, signal, {
    ...putCourse(fate, fates, 20),
    serve: (reply) =>
      reply(() => {
        if (fate === "refused") throw sdkError("InternalException", "Try again", 500);
        if (fate === "throttled") throw sdkError("ThrottlingException", "Rate exceeded", 400);
        outcomes.forEach((outcome, index) => {
          if (taken[index]) world.record({ what: "outcome stored", call, invocation, outcome });
        });
        const Entries = taken.map((isTaken, index) =>
          isTaken
            ? { EventId: `${call}-${index}` }
            : { ErrorCode: "InternalFailure", ErrorMessage: "Try again" },
        );
        return { Entries: fate === "short answer" ? Entries.slice(1) : Entries };
      }),
    settled(answer) {
      if (answer !== "ok") return;
      const confirmed =
        fate === "short answer" ? outcomes.slice(0, -1) : outcomes.filter((_, index) => taken[index]);
      for (const outcome of confirmed) world.record({ what: "outcome confirmed", call, invocation, outcome });
    },
  });
}

async function hide(
  instance: CallingInstance,
  world: World,
  handle: string,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { fates, time, queue } = world;
  const { invocation, received } = instance.work;
  const copy = received.find(({ record }) => record?.receiptHandle === handle)?.delivery.copy ?? "?";
  const fate = fates.at("visibility");
  await makeCall(instance, time, signal, {
    ...putCourse(fate, fates, 10),
    serve: (reply) =>
      reply(() => {
        if (fate === "refused") throw sdkError("InternalError", "Try again", 500);
        queue.hide(handle, seconds);
      }),
    settled(answer) {
      if (answer === "ok") world.record({ what: "hidden", invocation, copy, seconds });
      else world.record({ what: "not hidden", invocation, copy, seconds, error: answer });
    },
  });
}
