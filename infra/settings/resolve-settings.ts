import { projectPage } from "../../cli/project-page.ts";
import { checkPace } from "./check-pace.ts";
import type { Environment } from "./checks.ts";
import { nearestName } from "./nearest-name.ts";
import { type PropType, requireType } from "./prop-type.ts";
import { quote, SettingError } from "./setting-error.ts";
import { type SettingRow, settingList, settingNames } from "./setting-list.ts";
import { codeOnlyProps, type GivenSettings, type SettingName, type Settings } from "./settings.ts";

/** Fills in the defaults and checks all settings and the names of all props. Throws a `SettingError` at the first one that cannot be used. */
export function resolveSettings(given: GivenSettings, stack: Environment): Settings {
  refuseUnknown(given);
  for (const [name, value] of Object.entries(given)) {
    const type = propTypes[name];
    if (type && value != null) requireType(name, type, value);
  }
  const filled = settingNames.map((name) => [name, given[name] ?? settingList[name].default(given)]);
  const settings: Settings = Object.fromEntries(filled);
  const check = <Name extends SettingName>(name: Name) => {
    const row: SettingRow<Name> = settingList[name];
    const value: Settings[Name] = settings[name];
    if (value == null || !row.check) return;
    Object.assign(settings, { [name]: row.check(name, value, { settings, stack }) });
  };
  settingNames.forEach(check);
  checkPace(settings);
  return settings;
}

const propTypes: Readonly<Record<string, PropType | undefined>> = {
  ...Object.fromEntries(settingNames.map((name) => [name, settingList[name].type])),
  encryptionKey: "a key",
  deadLetterEncryptionKey: "a key",
  alarmActions: "a list of alarm actions",
  vpc: "a VPC",
  securityGroups: "a list of security groups",
};

/** TypeScript refuses a misspelt prop; JavaScript would ignore it. */
function refuseUnknown(props: object): void {
  const names: readonly string[] = [...settingNames, ...codeOnlyProps];
  const unknown = Object.keys(props).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, names);
  throw new SettingError(
    `${quote(unknown)} is not a prop of ContactTransfer: ${nearest ? `did you mean ${nearest}?` : `${projectPage("docs/construct.md")} lists the props.`}`,
  );
}
