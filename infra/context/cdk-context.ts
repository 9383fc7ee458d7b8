import { isDeepStrictEqual } from "node:util";
import { readObject } from "../settings/read-setting.ts";
import { featureFlags } from "./feature-flags.ts";

/** The app's settings in CDK's context: `-c` passes strings; files may also contain lists and numbers. */
export type Context = Readonly<Record<string, unknown>>;

/**
 * Whether a key of the context is CDK's own, such as `@aws-cdk/core:bootstrapQualifier`, a lookup, or an app's in cdk.json.
 * A setting has a plain name.
 */
export function isCdkKey(key: string): boolean {
  return /[@:/]/.test(key) || key === "acknowledged-issue-numbers" || key === "cli-telemetry";
}

const permissionsBoundary = "@aws-cdk/core:permissionsBoundary";

/** CDK's own keys as CDK reads them: `-c` passes texts, where CDK expects an object and ignores anything else. */
export function cdkContext(context: Context): Record<string, unknown> {
  const own = Object.fromEntries(Object.entries(context).filter(([key]) => isCdkKey(key)));
  if (own[permissionsBoundary] === undefined) return own;
  return { ...own, [permissionsBoundary]: readObject(permissionsBoundary, own[permissionsBoundary]) };
}

/** The context without the feature flags that it only has from cdk.json: a config file may set others. */
export function withoutDefaultFlags(context: Context): Context {
  const isDefault = ([key, value]: [string, unknown]) => isDeepStrictEqual(value, featureFlags[key]);
  return Object.fromEntries(Object.entries(context).filter((entry) => !isDefault(entry)));
}
