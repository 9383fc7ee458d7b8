import { PassThrough } from "node:stream";

/** Where a request goes. */
export interface Endpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/**
 * Goes the whole way of a call (credentials, endpoint, signature, reading an answer) but for the network, so that the first
 * real one finds all of it loaded and compiled. The client's request handler is replaced by an empty answer: nothing can
 * be sent. Tells where the call would go.
 */
export async function rehearse<Stack, Config extends object, Input>(
  client: { readonly middlewareStack: Stack; readonly config: Config },
  command: {
    readonly input: Input;
    resolveMiddleware(
      stack: Stack,
      config: Config,
      options: object,
    ): (call: { input: Input }) => Promise<unknown>;
  },
): Promise<Endpoint> {
  const { promise, resolve } = Promise.withResolvers<Endpoint>();
  const requestHandler = {
    async handle(request: Endpoint) {
      resolve(request);
      return { response: { statusCode: 200, headers: {}, body: new PassThrough().end("{}") } };
    },
  };
  await command.resolveMiddleware(client.middlewareStack, { ...client.config, requestHandler }, {})(command);
  return promise;
}
