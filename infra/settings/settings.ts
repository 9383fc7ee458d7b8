import type { ContactTransferProps } from "../contact-transfer-props.ts";

/** The props that are settings: all but those that only code can pass. */
export type GivenSettings = Omit<ContactTransferProps, "code" | "encryptionKey" | "alarmActions">;

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
