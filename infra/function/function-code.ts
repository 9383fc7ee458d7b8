import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AssetCode, type Code } from "aws-cdk-lib/aws-lambda";
import { Stage } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { SettingError } from "../settings/setting-error.ts";

/** The function's bundle, to which a file can be added without building it again. */
export class FunctionCode extends AssetCode {
  private readonly folder: string;

  constructor(folder: string) {
    super(folder);
    this.folder = folder;
  }

  /** The bundle with one more file beside it, so that the asset's hash depends on the contents alone. */
  withFile(scope: Construct, name: string, content: string): Code {
    const copy = join(Stage.of(scope)?.outdir ?? this.folder, `function-${scope.node.addr.slice(-8)}`);
    cpSync(this.folder, copy, { recursive: true });
    writeFileSync(join(copy, name), content);
    return new AssetCode(copy);
  }
}

/** The function's bundle as an asset: `dist/function` of this project, unless another folder is named. */
export function functionCode(
  folder: string = fileURLToPath(new URL("../../dist/function", import.meta.url)),
): FunctionCode {
  if (existsSync(`${folder}/index.mjs`)) return new FunctionCode(folder);
  throw new SettingError(
    `The function is not built: ${folder}/index.mjs does not exist. Run \`npm run build\` in contact-transfer first, or set \`code\`.`,
  );
}
