import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { startHttpServer } from "../http-server.ts";

export type InvocationResult =
  | { readonly kind: "returned"; readonly payload: unknown }
  | { readonly kind: "failed"; readonly errorType: string; readonly errorMessage: string };

/** Lambda's Runtime API for one function instance. */
export interface RuntimeApi {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Sends the event when the instance asks for its next invocation. */
  invoke(event: unknown, deadlineMs: number): Promise<InvocationResult>;
  /** Ends the current invocation, if any: the process has exited or timed out. */
  fail(result: InvocationResult): void;
  close(): Promise<void>;
}

interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  readonly deadlineMs: number;
  readonly end: (result: InvocationResult) => void;
}

/**
 * `onInitError` is called if the function's code cannot be loaded, which makes the process useless.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(
  functionArn: string,
  onInitError: (result: InvocationResult) => void,
): Promise<RuntimeApi> {
  let current: Invocation | undefined;
  let waiting: ((response: Response) => void) | undefined;

  const enqueue = () => {
    if (!current || !waiting) return;
    waiting(nextInvocation(current, functionArn));
    waiting = undefined;
  };
  const end = (result: InvocationResult) => {
    const ended = current;
    current = undefined;
    ended?.end(result);
  };

  const app = new Hono().basePath("/2018-06-01/runtime");
  app.get(
    "/invocation/next",
    () =>
      new Promise<Response>((resolve) => {
        waiting = resolve;
        enqueue();
      }),
  );
  app.post("/init/error", async (c) => {
    onInitError(failedResult(await c.req.json()));
    return accepted();
  });
  app.post("/invocation/:requestId/:ending{response|error}", async (c) => {
    const body: unknown = await c.req.json();
    const { requestId, ending } = c.req.param();
    if (requestId !== current?.requestId) return c.notFound();
    end(ending === "error" ? failedResult(body) : { kind: "returned", payload: body });
    return accepted();
  });
  app.notFound(() => Response.json({ errorType: "InvalidRequestID" }, { status: 400 }));
  const server = await startHttpServer(app.fetch);

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

function accepted(): Response {
  return Response.json({ status: "OK" }, { status: 202 });
}

function nextInvocation(invocation: Invocation, functionArn: string): Response {
  const time = Math.floor(Date.now() / 1000).toString(16);
  return Response.json(invocation.event, {
    headers: {
      "lambda-runtime-aws-request-id": invocation.requestId,
      "lambda-runtime-deadline-ms": String(invocation.deadlineMs),
      "lambda-runtime-invoked-function-arn": functionArn,
      "lambda-runtime-trace-id": `Root=1-${time}-${randomUUID().replaceAll("-", "").slice(0, 24)};Sampled=0`,
    },
  });
}

function failedResult(body: unknown): InvocationResult {
  const { errorType, errorMessage } = body as Readonly<Record<string, unknown>>;
  return { kind: "failed", errorType: String(errorType), errorMessage: String(errorMessage) };
}
