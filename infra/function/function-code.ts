import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Code } from "aws-cdk-lib/aws-lambda";
import { SettingError } from "../settings/setting-error.ts";

/** The function's bundle as an asset: `dist/function` of this project, unless another folder is named. */
export function functionCode(
  folder: string = fileURLToPath(new URL("../../dist/function", import.meta.url)),
): Code {
  if (existsSync(`${folder}/index.mjs`)) return Code.fromAsset(folder);
  throw new SettingError(
    `The function is not built: ${folder}/index.mjs does not exist. Run \`npm run build\` in contact-transfer first, or set \`code\`.`,
  );
}
