import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatRoute, parseRoute, type Route, routeTo, selectionOf } from "./route.ts";

describe("an address", () => {
  const routes: readonly Route[] = [
    routeTo("overview"),
    routeTo("letters", {
      filter: { reason: ["AccessDenied"], where: ["detail.queueId=a,b", "detail.x~ü&=#"] },
    }),
    routeTo("letters", { from: "log", order: "oldest", selected: "all" }),
    routeTo("letter", { id: "a/b?c#d", selected: ["id-1", "id-2"] }),
    routeTo("replay", {
      selected: ["id-1"],
      edits: [{ path: "/detail/userId" }, { path: "/detail/queueId", json: '"a:=b"' }],
      flags: ["check", "renew"],
      perSecond: 0.5,
    }),
    routeTo("trace", { id: "50%" }),
  ];
  for (const route of routes) {
    it(`leads to the same place again: ${formatRoute(route)}`, () => {
      assert.deepEqual(parseRoute(formatRoute(route)), route);
    });
  }

  it("that nobody knows leads to the overview", () => {
    for (const hash of ["", "#", "#/", "#/nothing", "#/../etc", "#/__proto__", "#/%"])
      assert.deepEqual(parseRoute(hash).view, "overview");
  });

  it("takes no filter that the command line does not have", () => {
    assert.deepEqual(parseRoute("#/letters?__proto__=a&constructor=b&reason=&queue=q").filter, {
      queue: ["q"],
    });
  });
});

describe("what an address selects", () => {
  it("is nothing, single letters, or all that the filter matches", () => {
    const filter = { queue: ["q"] };
    assert.equal(selectionOf({ selected: [], filter }), undefined);
    assert.deepEqual(selectionOf({ selected: ["a"], filter }), { kind: "ids", ids: ["a"] });
    assert.deepEqual(selectionOf({ selected: "all", filter }), { kind: "filter", filter });
  });
});
