import { ToolError } from "./errors.ts";

/**
 * An error of a command that needs aws-cdk-lib, which the published package does not bring along: most commands work
 * without it, and an app has its own.
 */
export function explainMissingPackage(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const [, name] = /Cannot find package '(aws-cdk-lib|constructs)'/.exec(message ?? "") ?? [];
  if (code !== "ERR_MODULE_NOT_FOUND" || name === undefined) return error;
  return new ToolError(
    `This command synthesizes the stack or checks its settings, and for that it needs ${name} beside contact-transfer: run \`npm install --save-dev aws-cdk-lib constructs\`.`,
    { cause: error },
  );
}
