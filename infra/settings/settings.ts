import type { ContactTransferProps } from "../contact-transfer-props.ts";

/** The props that only code can pass. */
export const codeOnlyProps = [
  "code",
  "encryptionKey",
  "deadLetterEncryptionKey",
  "alarmActions",
  "vpc",
  "vpcSubnets",
  "securityGroups",
] as const satisfies readonly (keyof ContactTransferProps)[];

/** The props that are settings. */
export type GivenSettings = Omit<ContactTransferProps, (typeof codeOnlyProps)[number]>;

export type SettingName = keyof Required<GivenSettings>;

/** Settings that stay undefined if omitted. */
type WithoutDefault =
  | "defaultInstanceArn"
  | "contactFlowIds"
  | "queueIds"
  | "userIds"
  | "eventBusName"
  | "eventBus"
  | "eventSources"
  | "alarmTopicArn";

/** The settings with their defaults, checked: what the construct builds from. Tokens pass unchecked. */
export type Settings = {
  readonly [Name in SettingName]:
    | NonNullable<GivenSettings[Name]>
    | (Name extends WithoutDefault ? undefined : never);
};
