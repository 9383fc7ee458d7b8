import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type HttpAnswer, type HttpServer, startHttpServer } from "../http-server.ts";
import { ConnectApiError } from "./connect-api-error.ts";
import type { ConnectWorld } from "./connect-world.ts";
import type { Fault, FaultAfterEffect, Faults, FaultWithoutEffect } from "./faults.ts";
import { readDescribeRequest } from "./read-describe-request.ts";
import { type ConnectRequest, readRequest } from "./read-request.ts";
import type { RequestQuota } from "./request-quota.ts";

const jsonHeaders = { "content-type": "application/json" };

export interface ConnectEndpointOptions {
  readonly world: ConnectWorld;
  /** @default none: nothing is throttled */
  readonly quota?: RequestQuota;
  /** @default none: the endpoint behaves */
  readonly faults?: Faults;
  /** How long a request takes before it has its effect; its client token is in flight meanwhile. @default 0 */
  readonly latencyMs?: number;
  /** 0 takes any free one. @default 0 */
  readonly port?: number;
  /** Told of each request of a known operation when it comes in, throttled ones and repeats included. */
  readonly onRequest?: (request: ConnectRequest, attemptNumber: number) => void;
  /** Waits for latency and late answers, until `signal` ends it. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Serves a world in the wire form of the Connect API, for the AWS SDK and CLI by AWS_ENDPOINT_URL_CONNECT. A request
 * about a contact meets in this order: quota, fault without effect, latency, the world's own rules, fault after the effect.
 */
export async function startConnectEndpoint(options: ConnectEndpointOptions): Promise<HttpServer> {
  const { world, quota, faults, latencyMs = 0, port, onRequest } = options;
  const countAttempt = attemptCounter();
  const closing = new AbortController();
  const wait = async (ms: number) => {
    const { signal } = closing;
    if (ms > 0) await (options.sleep?.(ms, signal) ?? sleep(ms, undefined, { signal }));
  };

  const serve = async (
    request: ConnectRequest,
    response: ServerResponse,
  ): Promise<HttpAnswer | undefined> => {
    const attemptNumber = countAttempt(request);
    onRequest?.(request, attemptNumber);
    if (quota && !quota.tryTake(request.operation)) {
      throw new ConnectApiError(quota.throttleErrorName, "Rate exceeded");
    }
    const fault = faults?.(request, attemptNumber);
    if (fault && isWithoutEffect(fault)) return misbehave(fault, response);
    const answer = await perform(request, world, () => wait(latencyMs));
    if (fault?.kind === "late") await wait(fault.lateByMs);
    return fault ? spoil(answer, fault, response) : answer;
  };

  const server = await startHttpServer((http, response) => {
    response.setHeader("x-amzn-requestid", randomUUID());
    const described = readDescribeRequest(http);
    return answerOrRefusal(() =>
      described ? jsonAnswer(world.describe(described)) : serve(readRequest(http), response),
    );
  }, port);
  return {
    ...server,
    close: () => {
      closing.abort();
      return server.close();
    },
  };
}

function attemptCounter(): (request: ConnectRequest) => number {
  const counts = new Map<string, number>();
  return (request) => {
    const key = JSON.stringify([request.operation, clientTokenOf(request) ?? request.input.ContactId]);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
  };
}

async function perform(request: ConnectRequest, world: ConnectWorld, latency: () => Promise<void>) {
  const releaseToken = world.holdToken(clientTokenOf(request));
  try {
    await latency();
    return await answerOrRefusal(() =>
      jsonAnswer(
        request.operation === "TransferContact"
          ? world.transferContact(request.input)
          : world.describeContact(request.input),
      ),
    );
  } finally {
    releaseToken();
  }
}

function isWithoutEffect(fault: Fault): fault is FaultWithoutEffect {
  return ["error", "html", "reset", "hang"].includes(fault.kind);
}

function misbehave(fault: FaultWithoutEffect, response: ServerResponse): HttpAnswer | undefined {
  switch (fault.kind) {
    case "error":
      return errorAnswer(fault.name, fault.httpStatus, "The local Connect was told to answer this");
    case "html":
      return {
        status: fault.httpStatus,
        headers: { "content-type": "text/html" },
        body: `<html><body><h1>${fault.httpStatus}</h1></body></html>`,
      };
    case "reset":
      response.socket?.resetAndDestroy();
      return undefined;
    case "hang":
      return undefined;
  }
}

function spoil(
  answer: HttpAnswer,
  fault: FaultAfterEffect,
  response: ServerResponse,
): HttpAnswer | undefined {
  switch (fault.kind) {
    case "lost-answer":
      response.socket?.resetAndDestroy();
      return undefined;
    case "hang-after":
      return undefined;
    case "truncate":
      return { ...answer, body: answer.body?.slice(0, answer.body.length / 2) };
    case "late":
      return answer;
  }
}

function clientTokenOf(request: ConnectRequest): string | undefined {
  return request.operation === "TransferContact" ? request.input.ClientToken : undefined;
}

async function answerOrRefusal<T>(work: () => T | Promise<T>): Promise<T | HttpAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectApiError) return errorAnswer(error.name, error.httpStatus, error.message);
    throw error;
  }
}

/** The SDK takes an error's class from the header and its text from `Message`, the member's name in the model. */
function errorAnswer(name: string, status: number, message: string): HttpAnswer {
  return {
    ...jsonAnswer({ Message: message }),
    status,
    headers: { ...jsonHeaders, "x-amzn-errortype": name },
  };
}

function jsonAnswer(output: object): HttpAnswer {
  return { status: 200, headers: jsonHeaders, body: JSON.stringify(output, timestampsAsSeconds) };
}

/** rest-json writes timestamps as seconds since the epoch. */
function timestampsAsSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}
