import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { importsOf } from "./imports-of.ts";

/**
 * The house from the ground up, with the reason for each room's place. A file may import from its own room and from rooms above it in
 * this list. The longest path decides in which room a file is; files listed together are one room.
 */
const rooms: Readonly<Record<string, string>> = {
  events: "every room may use the contracts, so they use none",
  cli: "all commands share it, so it knows none of them",
  "lambda/ports.ts lambda/settings.ts lambda/refusal.ts lambda/error-table.ts":
    "a record's life is written in these words",
  "lambda/intake": "reads a record, no matter how it was delivered",
  "lambda/transfer": "calls Connect through a port, whatever is behind it",
  "lambda/resolve": "judges what became of a contact",
  "lambda/settle": "publishes, retries and dead-letters through ports, whatever is behind them",
  lambda: "the flow also runs in the simulation, so it is independent of Lambda and the SDK",
  "lambda/runtime": "Lambda and the SDK; start-up/ uses it, not the reverse",
  "lambda/start-up": "prepares the runtime before the first record",
  "lambda/handler.ts lambda/build": "wires and bundles the function",
  "infra/eventbridge": "the language of rules, which the local run reads too",
  "infra/contact-transfer-props.ts": "what a user may set: it depends on no part that reads it",
  "infra/settings": "checks and completes the props, before there is any construct",
  "infra/parts.ts": "what the parts of the construct see of each other, so that none imports the whole",
  "infra/resources": "creates resources from settings and parts",
  "infra/function": "the function with its role, code, environment and versions",
  "infra/access": "who may ask, operate and hear, and how much of it fits into the policies",
  "infra/compliance": "says of the resources what is meant to be so",
  "infra/monitoring": "watches the resources",
  "infra/routes": "turns events into intents",
  "infra/contact-transfer.ts infra/app-settings.ts infra/stack.ts": "the construct puts the parts together",
  "infra/context": "turns -c and config files into props",
  infra: "the app",
  "local/services": "each service keeps its own rules, whatever stack uses it",
  "local/template": "reads a template into the models of the services",
  "local/stack": "wires services as the template says",
  "local/input": "reads events that a user gives",
  "local/outcomes": "follows events to their end",
  "local/report": "says what became of events",
  "local/console-port.ts": "what a run needs of the console, which is above it",
  "local/run": "sends events through a stack and follows them",
  local: "starts a run",
  "operate/aws": "finds a deployment and explains AWS's errors",
  "operate/letters": "understands one dead letter",
  "operate/files": "keeps dead letters in files, whole or not at all",
  "operate/trace": "puts together what is known of an intent",
  "operate/receive": "receives dead letters and selects",
  "operate/replay": "plans and sends",
  "operate/session.ts operate/with-selected.ts": "what every command receives",
  "operate/follow": "waits for what was replayed to end",
  "operate/checks": "checks AWS before and after a change",
  "operate/probe": "finds out what an instance does",
  "operate/resolve": "judges and settles unknown effects",
  "operate/print": "prints results, and starts nothing",
  "operate/trace/read-chain.ts operate/trace/describe-trace.ts":
    "follows a contact in Connect, and words what is known of an intent",
  "operate/prepare-replay.ts operate/prepare-import.ts": "what the commands and the console do alike",
  "operate/open-session.ts operate/options.ts": "opens a session as the command line says",
  "operate/commands": "one command per file",
  operate: "puts the commands together",
  "console/protocol": "what the server and the page say to each other",
  "console/page": "runs in the browser, so it knows the protocol alone",
  console: "the operator's modules in the browser",
  "console/browser": "opens the page in a browser, for tests and pictures",
  "cli/main.ts cli/contact-transfer.mjs": "the program",
  package: "what is published, and how it is built",
  test: "production code does not know that it is tested",
  "simulation/plan": "decides what happens in a run",
  "simulation/history.ts": "the record of a run",
  "simulation/world": "simulates AWS",
  "simulation/judge": "judges a history and cannot change it",
  "simulation/run": "runs plans through the world",
  "simulation/mutation/generate": "makes small mistakes in a text, and runs nothing",
  "simulation/mutation": "runs tests and schedules against mistakes",
  simulation: "the program",
  bench: "measures everything; nothing depends on it",
  docs: "describes everything; nothing depends on it",
  examples: "uses what users use",
};

const mostDoors = 14;

const roomNames = Object.keys(rooms);
const files = globSync(
  "{bench,cli,console,docs,events,examples,infra,lambda,local,operate,package,simulation,test}/**/*.{ts,tsx,mjs}",
  {
    exclude: ["**/node_modules/**"],
  },
);
const production = files.filter((file) => !/\.(test|types|d)\.ts$/.test(file)).toSorted();
const imports = new Map(production.map((file) => [file, importsOf(file, readFileSync(file, "utf8"))]));

/** The position of a file's room in the list. */
function floorOf(file: string): number {
  const paths = roomNames.flatMap((name, floor) => name.split(" ").map((path) => ({ path, floor })));
  const around = paths.filter(({ path }) => file === path || file.startsWith(`${path}/`));
  return around.toSorted((a, b) => b.path.length - a.path.length)[0]?.floor ?? -1;
}

/** A path of imports from the file back to itself, if there is one. */
function findCircle(start: string): readonly string[] | undefined {
  const seen = new Set<string>();
  const search = (file: string, way: readonly string[]): readonly string[] | undefined => {
    for (const next of imports.get(file) ?? []) {
      if (next === start) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const circle = search(next, [...way, next]);
      if (circle) return circle;
    }
    return undefined;
  };
  return search(start, [start]);
}

describe("the rooms", () => {
  it("hold every file: a new room needs a place in the list of this test", () => {
    assert.deepEqual(
      production.filter((file) => floorOf(file) < 0),
      [],
    );
  });

  it("import only from rooms that come before them", () => {
    const wrong = production.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter((target) => floorOf(target) > floorOf(file))
        .map((target) => `${file} must not import ${target}: ${rooms[roomNames[floorOf(file)] ?? ""]}`),
    );
    assert.deepEqual(wrong, [], "Move what both need down, or pass it in");
  });

  it("let the page take nothing but the protocol and the contracts: it runs in a browser", () => {
    const foreignTo = (folder: string, allowed: RegExp) =>
      production
        .filter((file) => file.startsWith(folder))
        .flatMap((file) => imports.get(file) ?? [])
        .filter((target) => !allowed.test(target));
    assert.deepEqual(foreignTo("console/page/", /^(?:console\/page|console\/protocol|events)\//), []);
    assert.deepEqual(foreignTo("console/protocol/", /^console\/protocol\//), []);
  });

  it("have no circle of imports, types included", () => {
    const circles = production
      .map((file) => findCircle(file) ?? [])
      .filter(([first = "", ...others]) => first !== "" && others.every((file) => file >= first));
    assert.deepEqual(
      circles.map((circle) => circle.join(" → ")),
      [],
      "Move what both need into a separate file",
    );
  });

  it(`have at most ${mostDoors} files each, tests apart`, () => {
    const doors = Object.groupBy(production, dirname);
    const full = Object.entries(doors).filter(([, inside = []]) => inside.length > mostDoors);
    assert.deepEqual(
      full.map(([room, inside]) => `${room}: ${inside?.length}`),
      [],
      "Fold files or open a room",
    );
  });
});
