import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Duplex } from "node:stream";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** As much of an SDK command as is needed to send it without its client's connections. */
interface Command<Stack, Config, Input, Output> {
  readonly input: Input;
  resolveMiddleware(
    stack: Stack,
    config: Config,
    options: object,
  ): (call: { input: Input }) => Promise<{ output: Output }>;
}

/**
 * Runs a call of this client in full (credentials, endpoint, signature, request, parsing of the response), but over an
 * in-memory connection that responds with `answer`: nothing reaches the network.
 */
export async function sendInMemory<Stack, Config extends object, Input, Output>(
  client: { readonly middlewareStack: Stack; readonly config: Config },
  command: Command<Stack, Config, Input, Output>,
  answer: object,
  abortSignal: AbortSignal,
): Promise<Output> {
  const requestHandler = new NodeHttpHandler({
    httpAgent: toInMemory(new HttpAgent(), answer),
    httpsAgent: toInMemory(new HttpsAgent(), answer),
  });
  const config = { ...client.config, requestHandler };
  const { output } = await command.resolveMiddleware(client.middlewareStack, config, { abortSignal })(
    command,
  );
  return output;
}

function toInMemory<A extends HttpAgent>(agent: A, answer: object): A {
  agent.createConnection = () => new InMemorySocket(JSON.stringify(answer));
  return agent;
}

/** A connection without a server: it responds with success to the first write. */
class InMemorySocket extends Duplex {
  #response?: string;

  constructor(body: string) {
    super();
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    this.#response = `${head}\r\n\r\n${body}`;
  }

  override _read() {}

  override _write(_chunk: unknown, _encoding: unknown, done: () => void) {
    const response = this.#response;
    this.#response = undefined;
    // On a later tick, as from a network, so that connections being opened meanwhile make progress.
    if (response) setImmediate(() => this.push(response));
    done();
  }
}
