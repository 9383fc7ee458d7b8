import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Duplex } from "node:stream";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** As much of a command of the SDK as is needed to send it by another way than its client's. */
interface Command<Stack, Config, Input, Output> {
  readonly input: Input;
  resolveMiddleware(
    stack: Stack,
    config: Config,
    options: object,
  ): (call: { input: Input }) => Promise<{ output: Output }>;
}

/**
 * Goes the whole way of a call of this client (credentials, endpoint, signature, request, reading the answer) over a
 * connection that leads nowhere, where `answer` is what comes back: nothing can be sent.
 */
export async function callNobody<Stack, Config extends object, Input, Output>(
  client: { readonly middlewareStack: Stack; readonly config: Config },
  command: Command<Stack, Config, Input, Output>,
  answer: object,
): Promise<Output> {
  const requestHandler = new NodeHttpHandler({
    httpAgent: leadingNowhere(new HttpAgent(), answer),
    httpsAgent: leadingNowhere(new HttpsAgent(), answer),
  });
  const config = { ...client.config, requestHandler };
  const { output } = await command.resolveMiddleware(client.middlewareStack, config, {})(command);
  return output;
}

function leadingNowhere<A extends HttpAgent>(agent: A, answer: object): A {
  agent.createConnection = () => new Nowhere(JSON.stringify(answer));
  return agent;
}

/** A connection to a server that is not there: the first that is written is a success. */
class Nowhere extends Duplex {
  #answer?: string;

  constructor(body: string) {
    super();
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    this.#answer = `${head}\r\n\r\n${body}`;
  }

  override _read() {}

  override _write(_chunk: unknown, _encoding: unknown, done: () => void) {
    const answer = this.#answer;
    this.#answer = undefined;
    // In a later turn, as from the network: connections that are opened meanwhile take their next step.
    if (answer) setImmediate(() => this.push(answer));
    done();
  }
}
