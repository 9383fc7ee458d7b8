const read = /^(?:AWS_\w+|CONTACT_TRANSFER_STACK|DEAD_LETTER_QUEUE_URL|INTENT_QUEUE_URL)$/;

/**
 * An empty variable, as `export AWS_PROFILE=` leaves it, is an unset one: for the commands, and for the SDK, which takes some
 * of them at their word.
 */
export function unsetEmptyVariables(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) if (value === "" && read.test(name)) delete env[name];
}
