import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { refusal } from "./errors.ts";

/** Who may use the console: whoever opened the address that the program printed, from a page of this server alone. */
export interface Access {
  /** The part of the address that opens a session, once. */
  readonly token: string;
  /** Refuses what is addressed to another host, as after DNS rebinding. */
  readonly hostOnly: MiddlewareHandler;
  /** Exchanges the token of the address for the cookie, and leads to the address without it. */
  readonly open: MiddlewareHandler;
  /** Lets only this server's own page ask, with the cookie. */
  readonly ownPageOnly: MiddlewareHandler;
}

/** The port is known only when the server listens. */
export function createAccess(port: () => number): Access {
  const token = secret();
  const session = secret();
  let isOpened = false;
  const hosts = () => [`127.0.0.1:${port()}`, `localhost:${port()}`];
  // Ports share their cookies.
  const cookieName = () => `contact-transfer-${port()}`;
  const hasSession = (context: Context) => isEqual(getCookie(context, cookieName()), session);
  return {
    token,
    async hostOnly(context, next) {
      const { host = "" } = context.req.header();
      if (!hosts().includes(host.toLowerCase())) return refusal("WrongHost", context);
      return next();
    },
    async open(context, next) {
      const given = context.req.query("token");
      if (given === undefined) return next();
      if (!hasSession(context)) {
        // What a browser fetches ahead must not use up the token.
        const isAhead = context.req.header("sec-purpose") !== undefined;
        if (isAhead || isOpened || !isEqual(given, token)) return context.text(usedUp, 403);
        isOpened = true;
        setCookie(context, cookieName(), session, { httpOnly: true, sameSite: "Strict", path: "/" });
      }
      return context.redirect("/", 303);
    },
    async ownPageOnly(context, next) {
      const { origin, "sec-fetch-site": site = "same-origin" } = context.req.header();
      const isChange = context.req.method !== "GET";
      const isOwn = origin === undefined ? !isChange : hosts().some((host) => origin === `http://${host}`);
      if (!isOwn || site !== "same-origin") return refusal("ForeignPage", context);
      if (!hasSession(context)) return refusal("NoSession", context);
      if (isChange && !isJson(context.req.header("content-type"))) return refusal("NotJson", context);
      return next();
    },
  };
}

const usedUp = `This address has been opened before, or it is not complete. It opens the console once.
Use the browser tab in which it was opened, or end contact-transfer console and start it again.
`;

function isJson(contentType = ""): boolean {
  return /^application\/json(?:; *charset=utf-8)?$/i.test(contentType);
}

function secret(): string {
  return randomBytes(32).toString("base64url");
}

function isEqual(given: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
