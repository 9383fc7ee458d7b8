import assert from "node:assert/strict";
import { it } from "node:test";
import { Command } from "commander";
import { explainOptionsTakenByNpm } from "./npm-options.ts";

function parse(...args: string[]): Command {
  const command = new Command("start").option("--serve").option("--open-world").option("--json");
  return command.action(() => {}).parse(args, { from: "user" });
}

const npm = { npm_lifecycle_event: "start" };

it("an option that npm has taken from the command line is named, with the missing --", () => {
  assert.equal(
    explainOptionsTakenByNpm(parse(), { ...npm, npm_config_open_world: "true" })?.message,
    "npm took --open-world for itself. Write -- before the options: npm start -- --open-world …",
  );
  const list = new Command("dlq").command("list").option("--stack <name>");
  assert.equal(
    explainOptionsTakenByNpm(list, { npm_lifecycle_event: "dlq", npm_config_stack: "true" })?.message,
    "npm took --stack for itself. Write -- before the options: npm run dlq -- list --stack …",
  );
});

for (const [what, args, env] of [
  ["that is given after all", ["--serve"], { ...npm, npm_config_serve: "true" }],
  ["that npm has too", [], { ...npm, npm_config_json: "true" }],
  ["without npm", [], { npm_config_serve: "true" }],
  ["of another name", [], { ...npm, npm_config_cache: "/tmp" }],
] as const) {
  it(`an option ${what} is fine`, () =>
    assert.equal(explainOptionsTakenByNpm(parse(...args), env), undefined));
}
