import { Readable } from "node:stream";
import type { SQSClient } from "@aws-sdk/client-sqs";

/** Any client of the SDK. */
interface Client {
  readonly config: Pick<SQSClient["config"], "requestHandler" | "credentials">;
}

/** After an interruption, a call whose answer matters may take this long: what SQS has received or sent is known by it. */
export const graceMs = 3_000;

/**
 * Ends every call of a client with an `AbortError` once the signal aborts: at once, or `afterMs` later, so that Ctrl-C ends a
 * command although AWS does not answer. Calls that begin later, as to make messages visible, have as long. A call that still
 * waits for credentials has sent nothing and ends at once. Returns the client.
 */
export function endCalls<C extends Client>(client: C, signal: AbortSignal, afterMs = 0): C {
  endRequests(client, signal, afterMs);
  endWaitForCredentials(client, signal, afterMs);
  return client;
}

function endRequests({ config: { requestHandler } }: Client, signal: AbortSignal, afterMs: number): void {
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const call = new AbortController();
    const done = onAbort(signal, afterMs, () => call.abort());
    try {
      const answer = await handle(request, { abortSignal: call.signal, ...options });
      const { body } = answer.response;
      // What has arrived is an answer's head.
      if (body instanceof Readable && !body.closed) {
        call.signal.addEventListener("abort", () => body.destroy(abortError()), { once: true });
        body.once("close", done);
      } else done();
      return answer;
    } catch (error) {
      done();
      throw call.signal.aborted ? abortError() : error;
    }
  };
}

/** The SDK asks for them before a request: a process or a server that has them may never answer. */
function endWaitForCredentials({ config }: Client, signal: AbortSignal, afterMs: number): void {
  const { credentials } = config;
  config.credentials = async (options) => {
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const done = onAbort(signal, signal.aborted ? afterMs : 0, () => reject(abortError()));
    try {
      return await Promise.race([credentials(options), ended]);
    } finally {
      done();
    }
  };
}

/** Calls `end` when the signal has aborted, or `afterMs` later. Returns what takes that back. */
function onAbort(signal: AbortSignal, afterMs: number, end: () => void): () => void {
  let ending: NodeJS.Timeout | undefined;
  const start = () => {
    if (afterMs === 0) end();
    else ending = setTimeout(end, afterMs);
  };
  if (signal.aborted) start();
  else signal.addEventListener("abort", start, { once: true });
  return () => {
    signal.removeEventListener("abort", start);
    clearTimeout(ending);
  };
}

function abortError(): Error {
  return Object.assign(new Error("interrupted"), { name: "AbortError" });
}

/** Whether a call was ended by its signal. AWS may have done what it asks for. */
export function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
