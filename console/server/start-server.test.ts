import assert from "node:assert/strict";
import { type IncomingHttpHeaders, request } from "node:http";
import { describe, it, type TestContext } from "node:test";
import type { Handlers } from "./routes.ts";
import { type ServerOptions, startConsoleServer } from "./start-server.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request exactly as given: fetch would set some headers and refuse others. */
async function ask(url: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(url, { method, headers }, (incoming) => {
    incoming.setEncoding("utf8");
    let text = "";
    incoming.on("data", (chunk: string) => {
      text += chunk;
    });
    incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
  });
  asked.on("error", reject);
  asked.end(body);
  return promise;
}

const page = [
  {
    path: "/",
    contentType: "text/html; charset=utf-8",
    text: "<!doctype html><script src=/page.js></script>",
  },
  { path: "/page.js", contentType: "text/javascript; charset=utf-8", text: "document.title = 'here';" },
];
const handlers: Pick<Handlers, "GET /api/runs" | "POST /api/reading"> = {
  "GET /api/runs": () => ({ runs: [] }),
  "POST /api/reading": () => {
    throw new Error("The queue is away.");
  },
};

async function start(context: TestContext, options: Partial<ServerOptions> = {}) {
  const server = await startConsoleServer({ handlers: handlers as Handlers, page, ...options });
  context.after(() => server.close());
  const { url, address } = server;
  const opened = await ask(address);
  const [cookie = ""] = String(opened.headers["set-cookie"]).split(";");
  const post = (path: string, headers: Readonly<Record<string, string>> = {}, body = "{}") =>
    ask(url + path, {
      method: "POST",
      headers: { origin: url, cookie, "content-type": "application/json", ...headers },
      body,
    });
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    ask(url + path, { headers: { cookie, ...headers } });
  return { server, url, address, opened, cookie, get, post };
}

function codeOf({ text }: Answer): string {
  return JSON.parse(text).error.code;
}

describe("the address that the program prints", () => {
  it("sets a cookie that scripts and other sites do not get, and leads to an address without the token", async (t) => {
    const { opened, url, get } = await start(t);
    assert.equal(opened.status, 303);
    assert.equal(opened.headers.location, "/");
    assert.equal(opened.text, "");
    const [cookie = ""] = opened.headers["set-cookie"] ?? [];
    assert.match(
      cookie,
      new RegExp(`^contact-transfer-${new URL(url).port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    assert.equal((await get("/api/runs")).text, '{"runs":[]}');
  });

  it("opens the console once, and does not disturb the browser that it has opened", async (t) => {
    const { address, cookie } = await start(t);
    const second = await ask(address);
    assert.equal(second.status, 403);
    assert.equal(second.headers["set-cookie"], undefined);
    const again = await ask(address, { headers: { cookie } });
    assert.deepEqual([again.status, again.headers.location], [303, "/"]);
  });

  it("with another token opens nothing, and does not use it up", async (t) => {
    const { url } = await start(t);
    assert.equal((await ask(`${url}/?token=`)).status, 403);
    assert.equal((await ask(`${url}/?token=${"x".repeat(43)}`)).status, 403);
  });

  it("is not used up by a browser that fetches ahead", async (t) => {
    const server = await startConsoleServer({ handlers: handlers as Handlers, page });
    t.after(() => server.close());
    const ahead = await ask(server.address, { headers: { "sec-purpose": "prefetch;prerender" } });
    assert.equal(ahead.status, 403);
    assert.equal((await ask(server.address)).status, 303);
  });
});

describe("the API", () => {
  it("answers nobody without the cookie", async (t) => {
    const { url } = await start(t);
    const answer = await ask(`${url}/api/runs`);
    assert.deepEqual([answer.status, codeOf(answer)], [401, "NoSession"]);
    assert.equal((await ask(`${url}/api/runs`, { headers: { cookie: "contact-transfer=x" } })).status, 401);
  });

  for (const host of ["attacker.example", "attacker.example:80", "127.0.0.1", "127.0.0.1:1", "[::1]:80"]) {
    it(`answers no request that is addressed to ${host}, as after DNS rebinding`, async (t) => {
      const { get } = await start(t);
      assert.equal((await get("/api/runs", { host })).status, 421);
      assert.equal((await get("/", { host })).status, 421);
    });
  }

  it("answers to localhost too, for a port that an editor forwards", async (t) => {
    const { get, post, url } = await start(t);
    const host = `localhost:${new URL(url).port}`;
    assert.equal((await get("/api/runs", { host })).status, 200);
    assert.equal((await post("/api/reading", { host, origin: `http://${host}` })).status, 500);
  });

  for (const [who, headers] of [
    ["another origin", { origin: "https://attacker.example" }],
    ["another port of this machine", { origin: "http://127.0.0.1:1" }],
    ["a sandboxed frame or a file", { origin: "null" }],
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["another port by Sec-Fetch-Site", { "sec-fetch-site": "same-site" }],
    ["the address bar", { "sec-fetch-site": "none" }],
  ] as const) {
    it(`refuses what comes from ${who}, even with the cookie`, async (t) => {
      const { get, post } = await start(t);
      const [read, changed] = [await get("/api/runs", headers), await post("/api/reading", headers)];
      assert.deepEqual([read.status, codeOf(read)], [403, "ForeignPage"]);
      assert.deepEqual([changed.status, codeOf(changed)], [403, "ForeignPage"]);
    });
  }

  it("refuses a change without an origin", async (t) => {
    const { url, cookie } = await start(t);
    const headers = { cookie, "content-type": "application/json" };
    const answer = await ask(`${url}/api/reading`, { method: "POST", headers, body: "{}" });
    assert.equal(answer.status, 403);
  });

  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]) {
    it(`refuses the simple content type ${type || "of none"}`, async (t) => {
      const { post } = await start(t);
      const answer = await post("/api/reading", { "content-type": type });
      assert.deepEqual([answer.status, codeOf(answer)], [415, "NotJson"]);
    });
  }

  it("has no CORS: a preflight is refused, and no answer allows another origin", async (t) => {
    const { url, cookie } = await start(t);
    const headers = {
      cookie,
      origin: "https://attacker.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    };
    const answer = await ask(`${url}/api/reading`, { method: "OPTIONS", headers });
    assert.equal(answer.status, 403);
    const allowed = Object.keys(answer.headers).filter((name) => name.startsWith("access-control"));
    assert.deepEqual(allowed, []);
  });

  it("takes the ids of 100,000 letters", async (t) => {
    const { post } = await start(t);
    const ids = Array.from({ length: 100_000 }, () => "0f3a1b2c-4d5e-6f70-8192-a3b4c5d6e7f8");
    const { status } = await post("/api/reading", {}, JSON.stringify({ ids }));
    assert.equal(status, 500, "the handler of this test throws");
  });

  it("refuses a body that is not JSON, or is too large", async (t) => {
    const { post } = await start(t);
    const broken = await post("/api/reading", {}, "{");
    assert.deepEqual([broken.status, codeOf(broken)], [400, "WrongUse"]);
    const large = await post("/api/reading", {}, JSON.stringify("x".repeat(2 ** 23)));
    assert.deepEqual([large.status, codeOf(large)], [413, "TooLarge"]);
  });

  it("answers an endpoint that it does not have, and an error, as JSON", async (t) => {
    const { get, post } = await start(t);
    const missing = await get("/api/nothing");
    assert.deepEqual([missing.status, codeOf(missing)], [404, "NotFound"]);
    const failed = await post("/api/reading");
    assert.equal(failed.status, 500);
    assert.deepEqual(JSON.parse(failed.text), { error: { code: "Failed", message: "The queue is away." } });
  });
});

describe("the page", () => {
  it("is served at every path of its views, with its scripts", async (t) => {
    const { get } = await start(t);
    for (const path of ["/", "/letters", "/letters/0f3a?reason=AccessDenied"]) {
      const { status, headers, text } = await get(path);
      assert.equal(status, 200);
      assert.equal(headers["content-type"], "text/html; charset=utf-8");
      assert.match(text, /^<!doctype html>/);
    }
    assert.equal((await get("/page.js")).headers["content-type"], "text/javascript; charset=utf-8");
  });

  for (const path of ["/missing.js", "/..%2f..%2fpackage.json", "/%2e%2e/%2e%2e/etc/passwd.json"]) {
    it(`has no file ${path}`, async (t) => {
      const { get } = await start(t);
      assert.equal((await get(path)).status, 404);
    });
  }

  it("takes nothing from elsewhere, nothing inline, is kept nowhere and framed by nobody", async (t) => {
    const { get, url } = await start(t);
    for (const answer of [await get("/"), await get("/api/runs"), await ask(`${url}/api/runs`)]) {
      const { headers } = answer;
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["cross-origin-resource-policy"], "same-origin");
    }
  });
});

describe("a console that nobody looks at", () => {
  it("ends", async (t) => {
    const { server } = await start(t, { idleMs: 1 });
    await server.idle;
  });

  it("ends although a page from elsewhere asks and asks", async (t) => {
    const { server } = await start(t, { idleMs: 100 });
    let isOver = false;
    void server.idle.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const headers = { origin: "http://evil.example" };
      assert.equal((await ask(`${server.url}/api/runs`, { headers })).status, 403);
    }
  });

  it("does not end while it works", async (t) => {
    let asked = 0;
    const isBusy = () => ++asked < 3;
    const { server } = await start(t, { idleMs: 1, isBusy });
    await server.idle;
    assert.equal(asked, 3);
  });
});
