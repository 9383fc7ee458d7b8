import assert from "node:assert/strict";
import { it } from "node:test";
import { Duration } from "aws-cdk-lib/core";
import { settingList, settingNames } from "../../infra/settings/setting-list.ts";
import { readMembers } from "./read-members.ts";
import { asContext } from "./settings-table.ts";

it("a documented default value is the actual one", async () => {
  const props = await readMembers("infra/contact-transfer-props.ts", "ContactTransferProps");
  const applied = settingNames.map((name) => {
    const value = settingList[name].default({ instanceArns: [] });
    return [name, value instanceof Duration ? contextOf(value) : String(value)];
  });
  const documented = props.filter(({ default: text }) => text !== undefined && !text.startsWith("- "));
  assert.ok(documented.length > 8);
  for (const { name, default: text } of documented) {
    assert.equal(asContext(text), Object.fromEntries(applied)[name], name);
  }
});

function contextOf(duration: Duration): string {
  const seconds = duration.toSeconds();
  if (seconds >= 3600) return `${duration.toHours()}h`;
  return seconds >= 60 ? `${duration.toMinutes()}m` : `${seconds}s`;
}
