import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { markdownTable } from "markdown-table";
import { appSettingList } from "../../infra/app-settings.ts";
import { settingList } from "../../infra/settings/setting-list.ts";
import { describeDefault } from "./construct-page.ts";
import { readMembers } from "./read-members.ts";

/** The enums whose members are documented as defaults. */
const enums: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  RemovalPolicy,
  RetentionDays,
};

/** Every setting that `-c` takes, with the first sentence of its prop's documentation. */
export async function settingsTable(): Promise<string> {
  const props = await readMembers("infra/contact-transfer-props.ts", "ContactTransferProps");
  const ofApp = await readMembers("infra/app-settings.ts", "AppSettings");
  const isOfConstruct = ({ name }: { name: string }) => Object.hasOwn(settingList, name);
  const isOfApp = ({ name }: { name: string }) => Object.hasOwn(appSettingList, name);
  const settings = [...props.filter(isOfConstruct), ...ofApp.filter(isOfApp)];
  const rows = settings.map(({ name, paragraphs: [text = ""], isOptional, default: fallback }) => {
    const [sentence = text] = /^.*?\.(?= |$)/.exec(text) ?? [];
    return [
      `\`${name}\``,
      asContext(sentence),
      isOptional ? describeDefault(asContext(fallback)) : "required",
    ];
  });
  const header = ["setting", "meaning", "default"];
  return markdownTable([header, ...rows], { alignDelimiters: false });
}

/** Values as `-c` takes them: texts without quotes, lists with commas, durations such as `24h`. */
export function asContext(text = "none"): string {
  return text
    .replaceAll(/"([^"]*)"/g, "$1")
    .replace(/^\[(.*)\]$/, (_, elements: string) => elements.replaceAll(", ", ","))
    .replace(/Duration\.(hour|minute|second)s\((\d+)\)/, (_, unit: string, n: string) => n + unit[0])
    .replace(/\b(\w+)\.([A-Z_]+)\b/, (whole, name: string, member: string) =>
      String(enums[name]?.[member] ?? whole),
    );
}
