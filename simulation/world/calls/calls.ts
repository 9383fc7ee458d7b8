import type { Ports } from "../../../lambda/ports.ts";
import { readOutcome } from "../../history.ts";
import type { FaultAt } from "../../plan/plan.ts";
import type { World } from "../world.ts";
import { enqueue } from "./enqueue.ts";
import { type CallingInstance, makeCall, sendCourse, transferCourse } from "./port-call.ts";
import { sdkError } from "./sdk-error.ts";
import { sendDeadLetters, sqsTrouble } from "./send-dead-letters.ts";

/** The calls of a function instance, each with its chosen faults. */
export function createCalls(
  instance: CallingInstance,
  world: World,
): Pick<Ports, "transferContact" | "putEvents" | "sendDeadLetters" | "enqueue" | "changeVisibility"> {
  return {
    transferContact: (input, signal) => transfer(instance, world, input, signal),
    putEvents: (entries, signal) => publish(instance, world, entries, signal),
    sendDeadLetters: (entries, signal) => sendDeadLetters(instance, world, entries, signal),
    enqueue: (messages, signal) => enqueue(instance, world, messages, signal),
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
  const { choices, connect, time } = world;
  const call = world.number();
  const fault = staleFault(instance) ?? choices.at("transfer");
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
      what: "requested",
      call,
      invocation,
      instance: instance.number,
      request,
      clientToken: input.ClientToken,
      fault,
    });
  }
  const workMs = fault === "slow" ? choices.ms(500, 7_000) : choices.ms(0, 2);
  return makeCall(instance, time, signal, {
    ...transferCourse(fault, choices),
    serve(reply) {
      const refusal = refusedBefore[fault];
      if (refusal)
        return reply(() => {
          throw refusal();
        });
      if (fault === "empty answer") return reply(() => ({ $metadata: { httpStatusCode: 200 } }));
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
          const transferred = connect.transfer(input, ({ ContactId }) =>
            world.record({
              what: "transferred",
              call,
              contactId: input.ContactId ?? "",
              newContactId: ContactId,
            }),
          );
          if (fault === "reset after")
            throw sdkError("Error", "read ECONNRESET", undefined, { code: "ECONNRESET" });
          if (fault === "broken answer") throw sdkError("SyntaxError", "Unexpected token", 200);
          return { ...transferred, $metadata: { httpStatusCode: 200, requestId: `connect-${call}` } };
        });
      });
    },
    settled: (answer) => world.record({ what: "answered", call, answer }),
  });
}

/** After a long freeze an instance finds its connection closed. */
function staleFault(instance: CallingInstance): FaultAt<"transfer"> | undefined {
  if (!instance.isStale) return undefined;
  instance.isStale = false;
  return "reset";
}

const refusedBefore: Readonly<Partial<Record<FaultAt<"transfer">, () => Error>>> = {
  error: () => sdkError("InternalServiceException", "Request processing failed", 500),
  "refusal with status 500": () => sdkError("InvalidRequestException", "Contact is not active", 500),
  "expired credentials": () => sdkError("ExpiredTokenException", "The security token has expired", 403),
  unreadable: () => sdkError("SyntaxError", "Unexpected token < in JSON", 503),
  reset: () => sdkError("Error", "read ECONNRESET", undefined, { code: "ECONNRESET" }),
};

function publish(
  instance: CallingInstance,
  world: World,
  entries: Call<"putEvents">["args"][0],
  signal: AbortSignal,
): Call<"putEvents">["answer"] {
  const { choices, time } = world;
  const call = world.number();
  const { invocation } = instance.work;
  const fault = busTrouble(world) ?? choices.at("publish");
  if (!instance.isDead) world.record({ what: "publishing", call, invocation, fault });
  const outcomes = entries.map(readOutcome);
  const errorCodes = entries.map(({ Detail = "" }) => {
    // EventBridge refuses this permanently, in one of its two ways.
    if (Detail.includes('"refused":"entry"')) return "MalformedDetail";
    if (fault === "denied entries") return "NotAuthorizedForSource";
    return (fault === "partial" && !choices.hits()) || fault === "bus out" ? "InternalFailure" : undefined;
  });
  const isCallRefused = entries.some(({ Detail = "" }) => Detail.includes('"refused":"call"'));
  const isCallOut = fault === "bus out" && choices.hits();
  return makeCall(instance, time, signal, {
    ...sendCourse(fault, choices, 20),
    serve: (reply) =>
      reply(() => {
        if (fault === "refused" || isCallOut) throw sdkError("InternalException", "Try again", 500);
        if (fault === "denied" || fault === "bus denied")
          throw sdkError("AccessDeniedException", "Not authorized", 400);
        if (isCallRefused) throw sdkError("ValidationException", "Detail is not valid", 400);
        if (fault === "throttled") throw sdkError("ThrottlingException", "Rate exceeded", 400);
        outcomes.forEach((outcome, index) => {
          if (!errorCodes[index]) world.record({ what: "outcome stored", call, invocation, outcome });
        });
        const Entries = errorCodes.map((ErrorCode, index) =>
          ErrorCode ? { ErrorCode, ErrorMessage: "Refused" } : { EventId: `${call}-${index}` },
        );
        return { Entries: fault === "short answer" ? Entries.slice(1) : Entries };
      }),
    settled(answer) {
      if (answer !== "ok") return;
      if (fault === "short answer") return;
      for (const [index, outcome] of outcomes.entries())
        if (!errorCodes[index]) world.record({ what: "outcome confirmed", call, invocation, outcome });
    },
  });
}

function busTrouble({ troubles }: World): "bus out" | "bus denied" | undefined {
  if (troubles.has("bus out")) return "bus out";
  return troubles.has("bus denied") ? "bus denied" : undefined;
}

async function hide(
  instance: CallingInstance,
  world: World,
  handle: string,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { choices, time, queue } = world;
  const { invocation, received } = instance.work;
  const copy = received.find(({ record }) => record?.receiptHandle === handle)?.delivery.copy ?? "?";
  const fault = sqsTrouble(world) ?? choices.at("visibility");
  await makeCall(instance, time, signal, {
    ...sendCourse(fault, choices, 10),
    serve: (reply) =>
      reply(() => {
        if (fault === "refused" || fault === "SQS out") throw sdkError("InternalError", "Try again", 500);
        queue.hide(handle, seconds);
      }),
    settled(answer) {
      if (answer === "ok") world.record({ what: "hidden", invocation, copy, seconds });
      else world.record({ what: "not hidden", invocation, copy, seconds, error: answer });
    },
  });
}
