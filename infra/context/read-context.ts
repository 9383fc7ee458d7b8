import { projectPage } from "../../cli/project-page.ts";
import { type AppSettings, appSettingList } from "../app-settings.ts";
import { exampleInstanceArn } from "../settings/connect-settings.ts";
import { nearestName } from "../settings/nearest-name.ts";
import { quote, SettingError } from "../settings/setting-error.ts";
import { settingList } from "../settings/setting-list.ts";
import type { GivenSettings } from "../settings/settings.ts";
import { type Context, isCdkKey } from "./cdk-context.ts";

const readers: Readonly<Record<string, { read: (name: string, value: unknown) => unknown }>> = {
  ...settingList,
  ...appSettingList,
};

type StackSettings = GivenSettings & Omit<AppSettings, "stackName">;

/** Reads the settings from the context. Throws a `SettingError` at the first one that cannot be read, or whose name is unknown. */
export function readContext(context: Context): { stackName: string; props: StackSettings } {
  refuseUnknown(context);
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

/** The settings that are the construct's, without those of the app. */
export function settingsOfConstruct(props: StackSettings): GivenSettings {
  const own = Object.entries(props).filter(([name]) => Object.hasOwn(settingList, name));
  return Object.fromEntries(own) as unknown as GivenSettings;
}

/** Keys of CDK are none of our business; any other that is not a setting would have no effect. */
function refuseUnknown(context: Context): void {
  const names = Object.keys(readers);
  const unknown = Object.keys(context).find((key) => !names.includes(key) && !isCdkKey(key));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, names);
  throw new SettingError(
    `${quote(unknown)} is not a setting: ${nearest ? `did you mean ${nearest}?` : `${projectPage("README.md")} lists the settings.`}`,
  );
}
