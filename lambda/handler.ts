import { readFileSync } from "node:fs";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { createAwsCalls } from "./runtime/aws-calls.ts";
import { readConfig } from "./runtime/config.ts";
import { createHandler } from "./runtime/create-handler.ts";
import { openConnections } from "./start-up/open-connections.ts";
import { PreconnectingAgent } from "./start-up/preconnecting-agent.ts";
import { rehearsalCalls } from "./start-up/rehearsal-calls.ts";
import { rehearse } from "./start-up/rehearse.ts";
import { warmUp } from "./start-up/warm-up.ts";

const config = readConfig(process.env, () =>
  readFileSync(new URL("allow-lists.json", import.meta.url), "utf8"),
);
const httpsAgent = new PreconnectingAgent();
const { clients, ...awsCalls } = createAwsCalls(config, { httpsAgent });

/** Lambda's entry point. */
export const handler = createHandler({
  settings: config,
  awsCalls,
  logger: new Logger(),
  metrics: new Metrics(),
});

await warmUp([() => openConnections(clients, httpsAgent), () => rehearse(config, rehearsalCalls(clients))]);
