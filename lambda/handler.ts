import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { createAwsCalls } from "./aws-calls.ts";
import { readConfig } from "./config.ts";
import { createHandler } from "./create-handler.ts";
import { rehearse } from "./rehearse.ts";
import { warmUp } from "./warm-up.ts";

const config = readConfig(process.env);
const { openConnections, rehearsal, ...awsCalls } = createAwsCalls(config);

/** Lambda's entry point. */
export const handler = createHandler({
  settings: config,
  awsCalls,
  logger: new Logger(),
  metrics: new Metrics(),
});

await warmUp([openConnections, () => rehearse(config, rehearsal)]);
