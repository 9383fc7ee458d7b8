import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { Tracer } from "@aws-lambda-powertools/tracer";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import { handler as transfer } from "./bare.ts";

const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer();

/** The bare handler with the three core utilities of Powertools. */
export const handler = middy<SQSEvent, void>()
  .use(injectLambdaContext(logger))
  .use(captureLambdaHandler(tracer))
  .use(logMetrics(metrics))
  .handler(async (event) => {
    await transfer(event);
    logger.info("contact transferred");
    metrics.addMetric("Succeeded", MetricUnit.Count, event.Records.length);
  });
