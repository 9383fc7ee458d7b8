import { functionEnvironment } from "../../test/function/function-environment.ts";

/** The environment of a function instance: what Lambda sets and what the stack sets by default, except for the overrides. */
export function lambdaEnvironment(overrides: Readonly<Record<string, string>>): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_SESSION_TOKEN: "bench",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    ...functionEnvironment(overrides),
  };
}
