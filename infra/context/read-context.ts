import { distance } from "fastest-levenshtein";
import { exampleInstanceArn } from "../settings/connect-settings.ts";
import { quote, SettingError } from "../settings/setting-error.ts";
import { settingList } from "../settings/setting-list.ts";
import type { GivenSettings } from "../settings/settings.ts";
import type { AppSettings } from "../stack.ts";
import { appSettingList } from "./app-settings.ts";

/** The app's settings in CDK's context: `-c` passes strings; files may also contain lists and numbers. */
export type Context = Readonly<Record<string, unknown>>;

const readers: Readonly<Record<string, { read: (name: string, value: unknown) => unknown }>> = {
  ...settingList,
  ...appSettingList,
};

type StackSettings = GivenSettings & Omit<AppSettings, "stackName">;

/** Reads the settings from the context. Throws a `SettingError` at the first one that cannot be read or is misspelt. */
export function readContext(context: Context): { stackName: string; props: StackSettings } {
  refuseMisspelt(context);
  if (context.instanceArns === undefined) {
    throw new SettingError(
      `instanceArns is missing: name the Amazon Connect instances that may be used, separated by commas, as in \`-c instanceArns=${exampleInstanceArn}\`.`,
    );
  }
  const given = Object.entries(readers).filter(([name]) => context[name] !== undefined);
  // Each row reads its own prop's type.
  const settings = Object.fromEntries(
    given.map(([name, { read }]) => [name, read(name, context[name])]),
  ) as unknown as GivenSettings & AppSettings;
  const { stackName = "ContactTransfer", ...props } = settings;
  return { stackName, props };
}

/** The CDK CLI and others use the context too, so only a key that resembles a setting is refused. */
function refuseMisspelt(context: Context): void {
  const names = Object.keys(readers);
  for (const key of Object.keys(context)) {
    if (names.includes(key)) continue;
    const nearest = names.find(
      (name) => distance(key.toLowerCase(), name.toLowerCase()) < Math.min(4, key.length / 2),
    );
    if (nearest) throw new SettingError(`${quote(key)} is not a setting: did you mean ${nearest}?`);
  }
}
