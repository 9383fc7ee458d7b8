import { UsageError } from "../cli/errors.ts";
import { makeContext } from "./run/stack-options.ts";
import type { StartOptions } from "./run/start-options.ts";
import type { WorldSeed } from "./services/connect/world/read-world.ts";
import { readConnectSeed } from "./services/connect/world/seed.ts";
import { readAssembly } from "./template/read-assembly.ts";
import { selectConstruct } from "./template/select-construct.ts";
import type { StackAssembly } from "./template/stack-assembly.ts";
import { synthesizeAssembly } from "./template/synthesize-assembly.ts";

/** What is run, and in which Connect. */
export interface OpenStack {
  readonly seed: WorldSeed;
  readonly openWorld: boolean;
  /** For the person who runs it. */
  readonly notes: readonly string[];
  /** Synthesizes the project's own stack; an assembly of the user's is there already. */
  assemble(): Promise<{ readonly assembly: StackAssembly } & AsyncDisposable>;
}

/** The project's own stack, or a construct of the user's app with `--assembly`. */
export async function openStack(options: StartOptions, isSampleRun: boolean): Promise<OpenStack> {
  if (options.assembly !== undefined) return openOwnApp(options.assembly, options, isSampleRun);
  for (const name of ["stack", "id"] as const)
    if (options[name] !== undefined) throw new UsageError(`--${name} requires --assembly.`);
  const seed = await readConnectSeed(options.world);
  return {
    seed,
    openWorld: options.openWorld ?? false,
    notes: [],
    assemble: () => synthesizeAssembly(makeContext(options, seed, options.exampleRoutes ?? isSampleRun)),
  };
}

async function openOwnApp(folder: string, options: StartOptions, isSampleRun: boolean): Promise<OpenStack> {
  if (options.context !== undefined)
    throw new UsageError("--assembly runs your app as it was synthesized: pass -c to its cdk synth.");
  if (isSampleRun)
    throw new UsageError(
      "--assembly requires files with events or --serve: the samples are made for the project's own stack.",
    );
  const { assembly, path, instanceArns, leftOut } = selectConstruct(await readAssembly(folder), options);
  const runs = `Runs ${path} of the stack ${assembly.stackName}.`;
  return {
    seed: options.world === undefined ? emptyWorld(instanceArns) : await readConnectSeed(options.world),
    openWorld: options.openWorld ?? options.world === undefined,
    notes: [
      leftOut.length === 0
        ? runs
        : `${runs} Left out, because it does not belong to the construct: ${leftOut.join(", ")}.`,
    ],
    assemble: async () => ({ assembly, [Symbol.asyncDispose]: async () => {} }),
  };
}

/** The example world has other instances than the user's app: contacts, flows, queues and users exist on first use. */
function emptyWorld(instanceArns: readonly string[]): WorldSeed {
  const empty = { contactFlows: {}, queues: [], users: [], contacts: {} };
  return { instances: Object.fromEntries(instanceArns.map((arn) => [arn, empty])) };
}
