import type { CommandTable } from "../cli/run-command.ts";

/** What an operator does, in the order of the help. */
export const operatorCommands: CommandTable = {
  send: { summary: "put one intent on the event bus", load: () => import("./commands/send.ts") },
  trace: {
    summary: "show what happened to one intent or contact",
    load: () => import("./commands/trace.ts"),
  },
  dlq: {
    summary: "inspect the dead-letter queue and replay what can succeed",
    load: () => import("./commands/dlq.ts"),
  },
  waiting: {
    summary: "count what waits in the intent queue",
    load: () => import("./commands/waiting.ts"),
  },
  preflight: {
    summary: "check the account before a deployment; read-only",
    load: () => import("./commands/preflight.ts"),
  },
  probe: {
    summary: "find out how a Connect instance treats tokens and reads",
    load: () => import("./commands/probe.ts"),
  },
  smoke: {
    summary: "prove that a deployment works; transfers nothing",
    load: () => import("./commands/smoke.ts"),
  },
};
