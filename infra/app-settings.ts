import { Token } from "aws-cdk-lib/core";
import { type ReadyRouteSettings, readyRoutes } from "./routes/ready-routes.ts";
import { readList, readObject, readText } from "./settings/read-setting.ts";
import { quote, SettingError } from "./settings/setting-error.ts";

/** What the app's settings say in addition to the construct's. */
export interface AppSettings {
  /**
   * The key that encrypts the intent queue, both log groups and an own bus: `own` creates one in the stack.
   *
   * Valid Range: `own`, or the ARN of a symmetric KMS key in the stack's Region.
   *
   * @default - keys that SQS, EventBridge and CloudWatch Logs own and manage
   */
  readonly encryptionKey?: string;

  /**
   * The key that encrypts the dead-letter queue: `own` creates another one in the stack.
   *
   * Valid Range: `own`, or the ARN of a symmetric KMS key in the stack's Region.
   *
   * @default - a key that SQS owns and manages
   */
  readonly deadLetterEncryptionKey?: string;

  /**
   * The ready routes of the stack, by name: they turn other events into requests. An object; JSON in `-c`.
   *
   * @default - none
   */
  readonly routes?: ReadyRouteSettings;

  /**
   * The id of the VPC in which the function runs: its subnets must reach Connect, SQS and EventBridge.
   *
   * Valid Range: An id such as `vpc-0123456789abcdef0`, together with `vpcSubnets`.
   *
   * @default - the function runs outside of a VPC
   */
  readonly vpc?: string;

  /**
   * The ids of the private subnets of `vpc` in which the function runs.
   *
   * @default - none; required with `vpc`
   */
  readonly vpcSubnets?: string[];

  /**
   * The ids of the security groups of the function in `vpc`.
   *
   * @default - a new one that allows all outbound traffic
   */
  readonly securityGroups?: string[];

  /**
   * The name of the stack.
   *
   * Valid Range: A letter, then up to 127 letters, digits and hyphens.
   *
   * @default "ContactTransfer"
   */
  readonly stackName?: string;
}

/** How to read the settings that only the app has. */
export const appSettingList: {
  readonly [Name in keyof AppSettings]-?: {
    readonly read: (name: string, value: unknown) => NonNullable<AppSettings[Name]>;
  };
} = {
  encryptionKey: { read: readKey },
  deadLetterEncryptionKey: { read: readKey },
  routes: { read: readRoutes },
  vpc: { read: (name, value) => readId("vpc", name, value) },
  vpcSubnets: { read: (name, value) => readList(name, value).map((id) => readId("subnet", name, id)) },
  securityGroups: { read: (name, value) => readList(name, value).map((id) => readId("sg", name, id)) },
  stackName: { read: readStackName },
};

/** Those that code gives, read as `-c` would be. Tokens pass. */
export function checkAppSettings(given: AppSettings): AppSettings {
  const present = Object.entries(appSettingList).flatMap(([name, { read }]) => {
    const value = given[name as keyof AppSettings];
    return value == null ? [] : [[name, read(name, value)]];
  });
  return Object.fromEntries(present);
}

function readStackName(setting: string, value: unknown): string {
  const name = readText(setting, value);
  if (/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) return name;
  throw new SettingError(
    `${setting}: ${quote(name)} is not the name of a stack (a letter, then up to 127 letters, digits and hyphens), such as ContactTransfer.`,
  );
}

function readId(prefix: "vpc" | "subnet" | "sg", setting: string, value: unknown): string {
  const id = readText(setting, value);
  if (Token.isUnresolved(id) || new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(id)) return id;
  throw new SettingError(`${setting}: ${quote(id)} is not an id such as ${prefix}-0123456789abcdef0.`);
}

function readKey(setting: string, value: unknown): string {
  const key = readText(setting, value);
  if (
    key === "own" ||
    Token.isUnresolved(key) ||
    /^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(key)
  )
    return key;
  throw new SettingError(
    `${setting}: ${quote(key)} is neither own, which creates a key in this stack, nor the ARN of a key, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab.`,
  );
}

function readRoutes(setting: string, value: unknown): ReadyRouteSettings {
  const routes = Object.entries(readObject(setting, value));
  return Object.fromEntries(routes.map(([name, route]) => [name, readRoute(setting, name, route)]));
}

function readRoute(setting: string, name: string, value: unknown): Record<string, string> {
  const known: Readonly<Record<string, { fields: Readonly<Record<string, string>> }>> = readyRoutes;
  const fields = Object.hasOwn(known, name) ? known[name]?.fields : undefined;
  if (!fields) {
    throw new SettingError(
      `${setting}: ${quote(name)} is not a ready route: there are ${Object.keys(known).join(", ")}.`,
    );
  }
  const place = `${setting}.${name}`;
  const given = Object.entries(readObject(place, value)).map(
    ([field, text]) => [field, readText(`${place}.${field}`, text)] as const,
  );
  const route = Object.fromEntries(given);
  const unknown = Object.keys(route).find((field) => !Object.hasOwn(fields, field));
  const missing = Object.keys(fields).find((field) => fields[field] === "required" && !(field in route));
  if (unknown === undefined && missing === undefined) return route;
  const what = unknown === undefined ? `${missing} is missing` : `${quote(unknown)} is not a known field`;
  const choice = Object.entries(fields).map(([field, need]) => `${field} (${need})`);
  throw new SettingError(`${place}: ${what}; it takes ${choice.join(", ")}.`);
}
