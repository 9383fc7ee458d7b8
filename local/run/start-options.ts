import { parseArgs } from "node:util";
import { UsageError } from "../../cli/errors.ts";
import type { RequestsQuota } from "../stack/local-stack.ts";

export const startHelp = `Runs the synthesized stack on this machine. No AWS, Docker or account is needed.

  npm start                      send every sample of events/samples and say what became of it
  npm start -- FILE…             send your own events: one envelope, an array of them, or JSON lines; - is stdin
  npm start -- --serve           stay up for the AWS SDK and CLI, until Ctrl-C

  -c, --context KEY=VALUE   a setting of the stack, as for cdk; instanceArns is the world's first one unless given
      --port N              where --serve listens on 127.0.0.1; 0 takes any free port (default 4510)
      --world FILE          what the local Connect holds (default local/services/connect/world.json, which is an example)
      --open-world          contacts, flows, queues and users that are not in the world come to life when named
      --faults SPEC         how Connect misbehaves, for example throttle=0.2,deny=10s,lost-answer=1x,latency=100ms
      --quota RATE/BURST    requests a second that Connect grants, and at once; none for no limit (default 2/5)
      --time-scale N        how many times faster the waiting in the intent queue goes by than on AWS (default 10)
      --logs                print what the function logs
  -h, --help                print this

Exit code: 0 where all ended as expected, 1 otherwise, 2 for wrong use.
`;

export interface StartOptions {
  /** Empty: the samples. */
  readonly files: readonly string[];
  readonly serve: boolean;
  readonly port: number;
  /** Settings of the stack, as `cdk -c` takes them. */
  readonly context: Readonly<Record<string, string>>;
  readonly worldFile?: string;
  readonly openWorld: boolean;
  readonly faults?: string;
  readonly quota: RequestsQuota | "unlimited";
  readonly timeScale: number;
  readonly logs: boolean;
  readonly help: boolean;
}

const defaultPort = 4510;

/** Reads the command line of `npm start`; throws a `UsageError` that says what is wrong with it. */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const { values, positionals } = parse(args);
  const { serve = false, port } = values;
  if (serve && positionals.length > 0) {
    throw new UsageError(`--serve takes no files, but got ${positionals.join(" ")}.`);
  }
  if (port !== undefined && !serve) throw new UsageError("--port goes with --serve only.");
  return {
    files: positionals,
    serve,
    port: port === undefined ? defaultPort : readPort(port),
    context: readContext(values.context ?? []),
    worldFile: values.world,
    openWorld: values["open-world"] ?? false,
    faults: values.faults,
    quota: readQuota(values.quota ?? "2/5"),
    timeScale: readTimeScale(values["time-scale"] ?? "10"),
    logs: values.logs ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        serve: { type: "boolean" },
        port: { type: "string" },
        context: { type: "string", short: "c", multiple: true },
        world: { type: "string" },
        "open-world": { type: "boolean" },
        faults: { type: "string" },
        quota: { type: "string" },
        "time-scale": { type: "string" },
        logs: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}`, { cause: error });
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port ${text} is not a port; give a number from 0 to 65535.`);
}

function readContext(settings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    settings.map((setting) => {
      const equals = setting.indexOf("=");
      if (equals > 0) return [setting.slice(0, equals), setting.slice(equals + 1)];
      throw new UsageError(`-c ${setting} is not a setting; write it as KEY=VALUE.`);
    }),
  );
}

function readQuota(text: string): RequestsQuota | "unlimited" {
  if (text === "none") return "unlimited";
  const [, rate, burst] = /^(\d*\.?\d+)\/(\d+)$/.exec(text) ?? [];
  const quota = { requestsPerSecond: Number(rate), burst: Number(burst) };
  if (quota.requestsPerSecond > 0 && quota.burst >= 1) return quota;
  throw new UsageError(`--quota ${text} is not a quota; write RATE/BURST such as 2/5, or none.`);
}

function readTimeScale(text: string): number {
  const scale = Number(text);
  if (scale >= 1 && Number.isFinite(scale)) return scale;
  throw new UsageError(`--time-scale ${text} is not a scale; give a number from 1 on.`);
}
