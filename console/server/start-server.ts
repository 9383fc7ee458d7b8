import { Hono } from "hono";
import { type HttpServer, startHttpServer } from "../../local/services/http-server.ts";
import { createAccess } from "./access.ts";
import { errorAnswer } from "./errors.ts";
import { type PageFile, servePage } from "./page.ts";
import { apiRoutes, type Handlers } from "./routes.ts";

export interface ServerOptions {
  readonly handlers: Handlers;
  /** With the document at `/`. */
  readonly page: readonly PageFile[];
  /** @default any free port */
  readonly port?: number;
  /** Ends after this much time without a request. @default never */
  readonly idleMs?: number;
  /** Work that must not end because nobody looks. */
  readonly isBusy?: () => boolean;
}

export interface ConsoleServer {
  /** `http://127.0.0.1:PORT/?token=…`: opens the console in one browser. */
  readonly address: string;
  readonly url: string;
  /** Resolves when the page has asked nothing for `idleMs`. */
  readonly idle: Promise<void>;
  close(): Promise<void>;
}

/** Serves the page and its API on 127.0.0.1. */
export async function startConsoleServer(options: ServerOptions): Promise<ConsoleServer> {
  let server: HttpServer | undefined;
  const access = createAccess(() => server?.port ?? 0);
  const idle = watchIdle(options);
  const app = new Hono();
  app.onError(errorAnswer);
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
  });
  app.use(access.hostOnly);
  app.use("/api/*", access.ownPageOnly);
  // A page asks every few seconds while it is visible. What was refused keeps nothing alive.
  app.use("/api/*", (_, next) => {
    idle.touch();
    return next();
  });
  app.route("/", apiRoutes(options.handlers));
  app.get("/", access.open);
  app.use(servePage(options.page));
  server = await startHttpServer((request, env) => app.fetch(request, env), options.port);
  const { url, close } = server;
  return {
    address: `${url}/?token=${access.token}`,
    url,
    idle: idle.isOver,
    close() {
      idle.end();
      return close();
    },
  };
}

/** Nothing from elsewhere, nothing inline, nothing kept. */
const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

function watchIdle({ idleMs, isBusy = () => false }: ServerOptions) {
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  if (idleMs === undefined) return { isOver, touch() {}, end() {} };
  const timer = setTimeout(() => {
    if (isBusy()) timer.refresh();
    else resolve();
  }, idleMs);
  return { isOver, touch: () => void timer.refresh(), end: () => clearTimeout(timer) };
}
