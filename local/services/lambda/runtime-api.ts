import { randomUUID } from "node:crypto";
import { type HttpAnswer, type HttpRequest, startHttpServer } from "../http-server.ts";

/** What became of an invocation. */
export type InvocationResult =
  | { readonly kind: "returned"; readonly payload: unknown }
  | { readonly kind: "failed"; readonly errorType: string; readonly errorMessage: string };

/** Lambda's Runtime API for one function instance, which works on one invocation at a time. */
export interface RuntimeApi {
  /** What AWS_LAMBDA_RUNTIME_API holds. */
  readonly address: string;
  /** Hands the event to the instance as soon as it asks for the next one. */
  invoke(event: unknown, deadlineMs: number): Promise<InvocationResult>;
  /** Ends the invocation under way, if there is one: the process has gone or its time is over. */
  fail(result: InvocationResult): void;
  close(): Promise<void>;
}

interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  readonly deadlineMs: number;
  readonly end: (result: InvocationResult) => void;
}

const notAsked: HttpAnswer = { status: 400, body: '{"errorType":"InvalidRequestID"}' };
const accepted: HttpAnswer = { status: 202, body: '{"status":"OK"}' };

/**
 * `onInitError` is told that the function's code could not be loaded; the process is of no use then.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(
  functionArn: string,
  onInitError: (result: InvocationResult) => void,
): Promise<RuntimeApi> {
  let current: Invocation | undefined;
  let waiting: ((answer: HttpAnswer) => void) | undefined;

  const enqueue = () => {
    if (!current || !waiting) return;
    waiting(nextAnswer(current, functionArn));
    waiting = undefined;
  };
  const end = (result: InvocationResult): HttpAnswer => {
    const ended = current;
    current = undefined;
    ended?.end(result);
    return ended ? accepted : notAsked;
  };

  const server = await startHttpServer((request) => {
    const path = request.path.replace("/2018-06-01/runtime", "");
    if (path === "/invocation/next") {
      return new Promise<HttpAnswer>((resolve) => {
        waiting = resolve;
        enqueue();
      });
    }
    if (path === "/init/error") {
      onInitError(failedResult(request));
      return accepted;
    }
    if (path === `/invocation/${current?.requestId}/error`) return end(failedResult(request));
    if (path === `/invocation/${current?.requestId}/response`) {
      return end({ kind: "returned", payload: JSON.parse(request.body) });
    }
    return notAsked;
  });

  return {
    address: `127.0.0.1:${server.port}`,
    invoke: (event, deadlineMs) =>
      new Promise((resolve) => {
        current = { requestId: randomUUID(), event, deadlineMs, end: resolve };
        enqueue();
      }),
    fail(result) {
      waiting = undefined;
      end(result);
    },
    close: () => server.close(),
  };
}

function nextAnswer(invocation: Invocation, functionArn: string): HttpAnswer {
  const time = Math.floor(Date.now() / 1000).toString(16);
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": invocation.requestId,
      "lambda-runtime-deadline-ms": String(invocation.deadlineMs),
      "lambda-runtime-invoked-function-arn": functionArn,
      "lambda-runtime-trace-id": `Root=1-${time}-${randomUUID().replaceAll("-", "").slice(0, 24)};Sampled=0`,
    },
    body: JSON.stringify(invocation.event),
  };
}

function failedResult(request: HttpRequest): InvocationResult {
  const { errorType, errorMessage } = JSON.parse(request.body) as Record<string, unknown>;
  return { kind: "failed", errorType: String(errorType), errorMessage: String(errorMessage) };
}
