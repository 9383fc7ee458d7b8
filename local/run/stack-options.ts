import { randomUUID } from "node:crypto";
import { UsageError } from "../../cli/errors.ts";
import exampleRoutes from "../../infra/routes/example-routes.json" with { type: "json" };
import type { ReadyRouteSettings } from "../../infra/routes/ready-routes.ts";
import { type FaultPlan, parseFaults } from "../services/connect/faults.ts";
import { ConnectWorld } from "../services/connect/world/connect-world.ts";
import type { WorldSeed } from "../services/connect/world/read-world.ts";
import type { LocalStackOptions } from "../stack/local-stack.ts";
import { employAgents } from "./agents.ts";
import { defaultPort, type StartOptions } from "./start-options.ts";

/** One for each ready route. */
const routes = exampleRoutes satisfies Required<ReadyRouteSettings>;

/** The stack's options as the command line gives them, with a world that starts as `seed`. */
export function makeStackOptions(
  { openWorld = false, agents = false, faults, quota, timeScale, serve, port = defaultPort }: StartOptions,
  seed: WorldSeed,
): Omit<LocalStackOptions, "assembly"> {
  const connectFaults = faults === undefined ? undefined : readFaults(faults);
  const { readsLagMs } = connectFaults ?? {};
  const connectWorld = new ConnectWorld({ seed, openWorld, now: Date.now, newId: randomUUID, readsLagMs });
  if (agents) employAgents(connectWorld);
  return {
    connectWorld,
    connectFaults,
    quota,
    timeScale,
    port: serve ? port : 0,
  };
}

/**
 * The stack's settings. By default the world's first instance is allowed. The example routes exist only if they are wanted,
 * and they need flows and queues that are allowed: what runs is what the same settings deploy.
 */
export function makeContext(
  { context: settings = [] }: Pick<StartOptions, "context">,
  seed: WorldSeed,
  wantsRoutes: boolean,
): Record<string, unknown> {
  const context = Object.fromEntries(settings);
  const limits = ["config", "contactFlowIds", "queueIds", "userIds", "defaultInstanceArn"];
  const hasRoutes =
    wantsRoutes && !limits.some((limit) => limit in context) && !context.instanceArns?.includes(",");
  const instances = "config" in context ? {} : { instanceArns: Object.keys(seed.instances)[0] };
  return { ...instances, ...(hasRoutes && { routes }), ...context };
}

function readFaults(text: string): FaultPlan {
  try {
    return parseFaults(text, { random: Math.random, now: Date.now });
  } catch (error) {
    throw new UsageError(`--faults: ${(error as Error).message}`, { cause: error });
  }
}
