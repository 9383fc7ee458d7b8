import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { parseJson } from "../../cli/json.ts";
import type { Api, Endpoint } from "../protocol/api.ts";
import { ApiRefusal, refusal } from "./errors.ts";

export interface ApiRequest {
  /** The parts of the path that have names, such as `id`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed, and not checked yet. */
  readonly body: unknown;
}

/** What answers each endpoint of the protocol. */
export type Handlers = {
  readonly [E in Endpoint]: (request: ApiRequest) => Promise<Api[E]["answer"]> | Api[E]["answer"];
};

/** All that SQS keeps in flight of a queue, 120,000 messages, each chosen by its id. */
const maxBodyBytes = 8 * 1024 * 1024;

/** The routes of the protocol. */
export function apiRoutes(handlers: Handlers): Hono {
  const app = new Hono();
  app.use("/api/*", bodyLimit({ maxSize: maxBodyBytes, onError: (context) => refusal("TooLarge", context) }));
  for (const [endpoint, handle] of Object.entries(handlers)) {
    const [method = "", path = ""] = endpoint.split(" ");
    app.on(method, path, async (context) => context.json(await handle(await requestOf(context))));
  }
  app.all("/api/*", () => {
    throw new ApiRefusal("NotFound", "This console has no such endpoint: is the page of another version?");
  });
  return app;
}

async function requestOf(context: Context): Promise<ApiRequest> {
  const { req } = context;
  const body = req.method === "GET" ? undefined : parseJson(await req.text());
  if (req.method !== "GET" && body === undefined) throw new ApiRefusal("WrongUse", "The body is not JSON.");
  return { params: req.param(), query: req.query(), body };
}
