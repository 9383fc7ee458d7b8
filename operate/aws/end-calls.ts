import { Readable } from "node:stream";
import type { SQSClient } from "@aws-sdk/client-sqs";

/** Any client of the SDK. */
interface Client {
  readonly config: Pick<SQSClient["config"], "requestHandler">;
}

/** After an interruption, a call whose answer matters may take this long: what SQS has received or sent is known by it. */
export const graceMs = 3_000;

/**
 * Ends every call of a client with an `AbortError` once the signal aborts: at once, or `afterMs` later, so that Ctrl-C ends a
 * command although AWS does not answer. Calls that begin later, as to make messages visible, have as long. Returns the client.
 */
export function endCalls<C extends Client>(client: C, signal: AbortSignal, afterMs = 0): C {
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const call = new AbortController();
    let ending: NodeJS.Timeout | undefined;
    const end = () => {
      if (afterMs === 0) call.abort();
      else ending = setTimeout(() => call.abort(), afterMs);
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
    const done = () => {
      signal.removeEventListener("abort", end);
      clearTimeout(ending);
    };
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
      throw error;
    }
  };
  return client;
}

function abortError(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError" });
}
