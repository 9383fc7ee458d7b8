import { readFile } from "node:fs/promises";
import { quote, SettingError } from "../settings/setting-error.ts";
import type { Context } from "./cdk-context.ts";

/**
 * The context with the settings of its `config`, a JSON file, so that a deployment is easy to repeat. The context
 * overrides the file.
 */
export async function withConfigFile({ config, ...context }: Context): Promise<Context> {
  if (config === undefined) return context;
  const settings = await readSettings(String(config));
  if (settings.config !== undefined) {
    throw new SettingError(`config: ${quote(config)} names another config file: give one file.`);
  }
  return { ...settings, ...context };
}

async function readSettings(file: string): Promise<Context> {
  let settings: unknown;
  try {
    settings = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : (code ?? "it is not JSON");
    throw new SettingError(`config: ${quote(file)} cannot be read: ${why}.`, { cause: error });
  }
  if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) {
    return settings as Context;
  }
  throw new SettingError(`config: ${quote(file)} is not an object of settings.`);
}
