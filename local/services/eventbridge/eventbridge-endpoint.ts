import { randomUUID } from "node:crypto";
import { InvalidEventPatternError } from "../../../infra/eventbridge/errors.ts";
import type { TargetInput } from "../../../infra/eventbridge/event.ts";
import { compileEventPattern } from "../../../infra/eventbridge/event-pattern.ts";
import type { HttpHandler } from "../http-server.ts";
import { ServiceError } from "../service-error.ts";
import { ApiInput } from "./api-input.ts";
import type { EventBridge } from "./event-bridge.ts";
import type { Rule, RuleTarget } from "./rule.ts";

type Operation = (input: ApiInput, eventBridge: EventBridge) => object | Promise<object>;

const operations: Readonly<Record<string, Operation>> = {
  PutEvents: (input, eventBridge) =>
    eventBridge.putEvents(
      input.objects("Entries").map((entry) => ({
        Time: entry.date("Time"),
        Source: entry.string("Source"),
        Resources: entry.strings("Resources"),
        DetailType: entry.string("DetailType"),
        Detail: entry.string("Detail"),
        EventBusName: entry.string("EventBusName"),
      })),
    ),
  TestEventPattern: testEventPattern,
  DescribeEventBus: (input, eventBridge) => eventBridge.describeEventBus(input.string("Name")),
  ListRules: listRules,
  DescribeRule: (input, eventBridge) =>
    toApiRule(eventBridge.describeRule(input.requiredString("Name"), input.string("EventBusName"))),
  ListTargetsByRule: (input, eventBridge) => ({
    Targets: eventBridge
      .listTargetsByRule(input.requiredString("Rule"), input.string("EventBusName"))
      .map(toApiTarget),
  }),
};

/**
 * Serves an EventBridge over its API (AWS JSON 1.1), for the AWS SDK and CLI. Signatures are not checked.
 */
export function makeEventBridgeHandler(
  eventBridge: EventBridge,
  isDenied: (action: string) => boolean = () => false,
): HttpHandler {
  return async (request) => {
    try {
      const target = request.headers.get("x-amz-target") ?? "";
      const action = target.replace("AWSEvents.", "events:");
      if (isDenied(action)) {
        throw new ServiceError("AccessDeniedException", `User is not authorized to perform: ${action}`);
      }
      return jsonAnswer(200, await perform(target, await request.text(), eventBridge));
    } catch (error) {
      const { name, message, httpStatus } = toApiError(error);
      return jsonAnswer(httpStatus, { __type: name, message });
    }
  };
}

function perform(target: string, body: string, eventBridge: EventBridge): object | Promise<object> {
  const name = target.replace(/^AWSEvents\./, "");
  const operation = name !== target && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) {
    throw new ServiceError(
      "UnknownOperationException",
      `The local EventBridge does not support ${name || "requests without X-Amz-Target"}, only ${Object.keys(operations).join(", ")}.`,
    );
  }
  return operation(ApiInput.parse(body), eventBridge);
}

function jsonAnswer(status: number, body: object): Response {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
  return Response.json(body, { status, headers });
}

function toApiError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof InvalidEventPatternError) {
    return new ServiceError("InvalidEventPatternException", error.message);
  }
  return new ServiceError("InternalException", String(error), 500);
}

/** TestEventPattern rejects an event without one of these. */
const requiredEventMembers = ["id", "account", "source", "time", "region", "detail-type"];

function testEventPattern(input: ApiInput): { Result: boolean } {
  const matches = compileEventPattern(input.requiredString("EventPattern"));
  const event = parseEvent(input.requiredString("Event"));
  return { Result: matches(event) };
}

function parseEvent(text: string): unknown {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw new ServiceError("ValidationException", "Parameter Event is not valid.");
  }
  const members = new Set(typeof event === "object" && event !== null ? Object.keys(event) : []);
  const missing = requiredEventMembers.filter((name) => !members.has(name));
  if (missing.length === 0) return event;
  throw new ServiceError(
    "ValidationException",
    `Parameter Event is not valid. Reason: ${missing.join(", ")} missing.`,
  );
}

function listRules(input: ApiInput, eventBridge: EventBridge): object {
  const eventBusName = input.string("EventBusName");
  const prefix = input.string("NamePrefix") ?? "";
  const rules = eventBridge.listRules(eventBusName).filter((rule) => rule.ruleName.startsWith(prefix));
  return {
    Rules: rules.map(toApiRule),
  };
}

function toApiRule({ ruleName, ruleArn, eventPattern, isEnabled, eventBusName }: Rule): object {
  return {
    Name: ruleName,
    Arn: ruleArn,
    EventPattern: typeof eventPattern === "string" ? eventPattern : JSON.stringify(eventPattern),
    State: isEnabled ? "ENABLED" : "DISABLED",
    EventBusName: eventBusName,
  };
}

function toApiTarget({ id, arn, input, retryPolicy, deadLetterQueueArn }: RuleTarget): object {
  return {
    Id: id,
    Arn: arn,
    ...toApiInput(input),
    RetryPolicy: {
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeSeconds,
    },
    ...(deadLetterQueueArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterQueueArn } }),
  };
}

function toApiInput(input: TargetInput): object {
  switch (input.kind) {
    case "event":
      return {};
    case "constant":
      return { Input: input.json };
    case "path":
      return { InputPath: input.path };
    case "transformer":
      return { InputTransformer: { InputPathsMap: input.inputPathsMap, InputTemplate: input.inputTemplate } };
  }
}
