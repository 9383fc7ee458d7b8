/** What would take precedence over the variables of the local stack, or switch them off. */
export const variablesInTheWay = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_ENDPOINT_URL",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
] as const;

/** Where the local stack serves its environment as text. */
export const environmentPath = "/env";

/** Lines for a POSIX shell that point the AWS SDK and CLI to the local stack. */
export function shellEnvironment(variables: Readonly<Record<string, string | undefined>>): string {
  const exports = Object.entries(variables).filter(([, value]) => value !== undefined);
  return [
    `unset ${variablesInTheWay.join(" ")}`,
    ...exports.map(([name, value]) => `export ${name}=${value}`),
  ].join("\n");
}
