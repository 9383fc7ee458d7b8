import { checkLimits } from "./check-limits.ts";
import type { Environment } from "./checks.ts";
import { type SettingRow, settingList, settingNames } from "./setting-list.ts";
import type { GivenSettings, SettingName, Settings } from "./settings.ts";

/** Fills in the defaults and checks all settings. Throws a `SettingError` at the first one that cannot be used. */
export function resolveSettings(given: GivenSettings, stack: Environment): Settings {
  const filled = settingNames.map((name) => [name, given[name] ?? settingList[name].default(given)]);
  const settings: Settings = Object.fromEntries(filled);
  const check = <Name extends SettingName>(name: Name) => {
    const row: SettingRow<Name> = settingList[name];
    const value: Settings[Name] = settings[name];
    if (value == null || !row.check) return;
    Object.assign(settings, { [name]: row.check(name, value, { settings, stack }) });
  };
  settingNames.forEach(check);
  checkLimits(settings);
  return settings;
}
