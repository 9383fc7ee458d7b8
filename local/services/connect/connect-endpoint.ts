import { setTimeout as sleep } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { HttpHandler } from "../http-server.ts";
import { type ApiCallListener, apiCall } from "./api-call.ts";
import { ConnectApiError, errorAnswer } from "./connect-api-error.ts";
import { directoryRoutes } from "./directory.ts";
import type { Fault, Faults, OtherMoves } from "./faults.ts";
import { jsonAnswer } from "./json-answer.ts";
import { isWithoutEffect, misbehave, spoil } from "./misbehave.ts";
import { type ConnectRequest, type DescribedKind, percentDecoded, readMembers } from "./read-request.ts";
import { transferContactLimits } from "./request-limits.ts";
import type { RequestQuota } from "./request-quota.ts";
import type { ConnectWorld, OtherMover } from "./world/connect-world.ts";

/** A request about a contact, and what the caller gets. */
export interface ConnectExchange {
  readonly request: ConnectRequest;
  /** Counts the requests with the same client token. */
  readonly attemptNumber: number;
  readonly fault?: Fault;
  /** Undefined if a fault without effect took the answer's place. */
  readonly answer?: { readonly status: number; readonly errorName?: string; readonly newContactId?: string };
}

export interface ConnectEndpointOptions {
  readonly world: ConnectWorld;
  /** @default no throttling */
  readonly quota?: RequestQuota;
  /** @default no faults */
  readonly faults?: Faults;
  /** @default nobody else moves contacts */
  readonly otherMoves?: OtherMoves;
  /** How long a request takes to have its effect; its client token is in flight meanwhile. @default 0 */
  readonly latencyMs?: number;
  /** Called for each request about a contact when it arrives, throttled ones and repeats included. */
  readonly onRequest?: (request: ConnectRequest, attemptNumber: number) => void;
  readonly onExchange?: (exchange: ConnectExchange) => void;
  /** Called for each request that changes something, once it has reached Connect's rules. */
  readonly onApiCall?: ApiCallListener;
  /** Waits for latency and late answers. @default a timer that does not keep the process alive */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/**
 * Serves a world over the Connect API, for the AWS SDK and CLI. A request about a contact passes, in this order: quota, fault
 * without effect, latency, the world's rules, fault after the effect.
 */
export function makeConnectHandler(options: ConnectEndpointOptions): HttpHandler {
  const { world, quota, faults, otherMoves, latencyMs = 0, onRequest, onExchange, onApiCall } = options;
  const countAttempt = attemptCounter();
  const wait = async (ms: number) => {
    if (ms > 0) await (options.sleep?.(ms) ?? sleep(ms, undefined, { ref: false }));
  };

  const serve = async (request: ConnectRequest, { outgoing }: HttpBindings): Promise<Response> => {
    const attemptNumber = countAttempt(request);
    onRequest?.(request, attemptNumber);
    const report = (rest: Pick<ConnectExchange, "fault" | "answer">) =>
      onExchange?.({ request, attemptNumber, ...rest });
    if (quota && !quota.tryTake(request.operation)) {
      report({ answer: { status: 429, errorName: quota.throttleErrorName } });
      throw new ConnectApiError(quota.throttleErrorName, "Rate exceeded");
    }
    const by = otherMoves?.(request);
    if (by) moveByOther(world, request, by);
    const fault = faults?.(request, attemptNumber);
    if (fault && isWithoutEffect(fault)) {
      report({ fault });
      return misbehave(fault, outgoing);
    }
    const { answer, response, result } = await perform(request, world, () => wait(latencyMs));
    report({ fault, answer });
    if (request.operation === "TransferContact")
      onApiCall?.(apiCall(request.operation, request.input, response, result));
    if (fault?.kind === "late") await wait(fault.lateByMs);
    return fault ? spoil(response, fault, outgoing) : response;
  };

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (c, next) => {
    percentDecoded(c.req.url);
    await next();
  });
  app.post("/contact/transfer", async (c) => {
    const input = readMembers(await c.req.text(), transferContactLimits);
    return serve({ operation: "TransferContact", input }, c.env);
  });
  app.get("/contacts/:InstanceId/:ContactId", (c) =>
    serve({ operation: "DescribeContact", input: c.req.param() }, c.env),
  );
  app.get("/contact/associated/:InstanceId", (c) => {
    const { contactId: ContactId, maxResults: MaxResults, nextToken: NextToken } = c.req.query();
    const input = { InstanceId: c.req.param("InstanceId"), ContactId, MaxResults, NextToken };
    return serve({ operation: "ListAssociatedContacts", input }, c.env);
  });
  app.get("/instance/:id", (c) => {
    const id = c.req.param("id");
    return jsonAnswer(world.describe({ kind: "Instance", instanceId: id, id }));
  });
  for (const [path, kind] of Object.entries(describedByPath)) {
    app.get(`/${path}/:instanceId/:id`, (c) => jsonAnswer(world.describe({ kind, ...c.req.param() })));
  }
  app.route("/", directoryRoutes(world, onApiCall));
  app.notFound((c) => {
    throw new ConnectApiError("UnknownOperationException", `${c.req.method} ${c.req.path} is ${notServed}`);
  });
  app.onError(refusal);
  return app.fetch;
}

const describedByPath = {
  "contact-flows": "ContactFlow",
  queues: "Queue",
  users: "User",
} as const satisfies Record<string, DescribedKind>;

const notServed =
  "not an operation of the local Connect, which supports TransferContact (POST /contact/transfer), DescribeContact (GET /contacts/{InstanceId}/{ContactId}), ListAssociatedContacts (GET /contact/associated/{InstanceId}), DescribeInstance, DescribeContactFlow, DescribeQueue, DescribeUser, ListInstances, ListContactFlows, ListQueues, ListUsers, SearchContacts, StartTaskContact and StopContact";

function attemptCounter(): (request: ConnectRequest) => number {
  const counts = new Map<string, number>();
  return (request) => {
    const key = JSON.stringify([request.operation, clientTokenOf(request) ?? request.input.ContactId]);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
  };
}

interface Performed {
  readonly answer: NonNullable<ConnectExchange["answer"]>;
  readonly response: Response;
  readonly result: { readonly output: object } | { readonly error: ConnectApiError };
}

/** An error of the world is an answer too, which a fault can lose. */
async function perform(
  request: ConnectRequest,
  world: ConnectWorld,
  latency: () => Promise<void>,
): Promise<Performed> {
  const releaseToken = world.holdToken(clientTokenOf(request));
  try {
    await latency();
    const output = ask(world, request);
    const newContactId = "ContactId" in output ? String(output.ContactId) : undefined;
    return { answer: { status: 200, newContactId }, response: jsonAnswer(output), result: { output } };
  } catch (error) {
    if (!(error instanceof ConnectApiError)) throw error;
    const answer = { status: error.httpStatus, errorName: error.name };
    return { answer, response: refusal(error), result: { error } };
  } finally {
    releaseToken();
  }
}

function ask(world: ConnectWorld, request: ConnectRequest): object {
  switch (request.operation) {
    case "TransferContact":
      return world.transferContact(request.input);
    case "DescribeContact":
      return world.describeContact(request.input);
    case "ListAssociatedContacts":
      return world.listAssociatedContacts(request.input);
  }
}

/** Somebody else moves the contact to a queue that the request does not name; not if it cannot be moved. */
function moveByOther(world: ConnectWorld, { input }: ConnectRequest, by: OtherMover): void {
  const { InstanceId, ContactId } = input;
  try {
    if (InstanceId === undefined || ContactId === undefined) return;
    const { queues, agentQueues } = world.instance(InstanceId);
    const [agent = "agent"] = agentQueues.keys();
    const wanted = "QueueId" in input ? input.QueueId : undefined;
    const [queueId = "queue-of-others"] = [...queues.keys()].filter((id) => id !== wanted);
    if (by === "agent") world.connectToAgent({ InstanceId, ContactId }, agent);
    world.moveByOther({ InstanceId, ContactId }, by, queueId);
  } catch (error) {
    if (!(error instanceof ConnectApiError)) throw error;
  }
}

function clientTokenOf(request: ConnectRequest): string | undefined {
  return request.operation === "TransferContact" ? request.input.ClientToken : undefined;
}

function refusal(error: unknown): Response {
  if (!(error instanceof ConnectApiError)) throw error;
  return errorAnswer(error.name, error.httpStatus, error.message);
}
