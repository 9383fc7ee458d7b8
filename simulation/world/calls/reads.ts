import type { Ports } from "../../../lambda/ports.ts";
import type { FaultAt } from "../../plan/plan.ts";
import type { World } from "../world.ts";
import { type CallingInstance, makeCall, sendCourse } from "./port-call.ts";
import { sdkError } from "./sdk-error.ts";

type Reads = NonNullable<Ports["reads"]>;

/** DescribeContact and ListAssociatedContacts, each with its chosen faults. */
export function createReads(instance: CallingInstance, world: World): Reads {
  const { connect } = world;
  return {
    describeContact: (input, signal) =>
      read("DescribeContact", input.ContactId, signal, (fault) => {
        const { Contact } = connect.describe(input);
        return fault === "incomplete" ? {} : { Contact };
      }),
    listAssociatedContacts: (input, signal) =>
      read("ListAssociatedContacts", input.ContactId, signal, (fault) => {
        const { ContactSummaryList, NextToken } = connect.list(input);
        return fault === "incomplete" ? { NextToken } : { ContactSummaryList, NextToken };
      }),
  };

  function read<T>(
    operation: "DescribeContact" | "ListAssociatedContacts",
    contactId: string | undefined,
    signal: AbortSignal,
    answer: (fault: FaultAt<"read">) => T,
  ): Promise<T> {
    const { choices, time } = world;
    const call = world.number();
    const { invocation } = instance.work;
    const fault = choices.at("read");
    if (!instance.isDead)
      world.record({ what: "read", call, invocation, operation, contactId: contactId ?? "", fault });
    return makeCall(instance, time, signal, {
      ...sendCourse(fault, choices, 60),
      serve: (reply) =>
        reply(() => {
          const refusal = refused[fault];
          if (refusal) throw refusal();
          connect.admitRead(operation);
          return answer(fault);
        }),
      settled: (answered) => world.record({ what: "read answered", call, answer: answered }),
    });
  }
}

const refused: Readonly<Partial<Record<FaultAt<"read">, () => Error>>> = {
  error: () => sdkError("InternalServiceException", "Request processing failed", 500),
  throttled: () => sdkError("TooManyRequestsException", "Rate exceeded", 429),
  denied: () => sdkError("AccessDeniedException", "Not authorized", 403),
  "not found": () => sdkError("ResourceNotFoundException", "Contact not found", 404),
  invalid: () => sdkError("InvalidRequestException", "The contact cannot be read", 400),
};
