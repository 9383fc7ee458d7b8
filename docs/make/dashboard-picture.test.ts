import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Stack } from "aws-cdk-lib/core";
import { ContactTransfer } from "../../infra/contact-transfer.ts";
import { instanceArn } from "../../test/makers.ts";
import { MetricStore } from "../../test/metrics/metric-store.ts";
import { readDashboard } from "./read-dashboard.ts";

it("the picture shows the graphs and lines of the synthesized dashboard: run `npm run docs:dashboard` after a change", async () => {
  const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
  new ContactTransfer(stack, "Transfers", { instanceArns: [instanceArn], code });
  const dashboards = Template.fromStack(stack).findResources("AWS::CloudWatch::Dashboard");
  const [dashboard] = Object.values(dashboards);
  const widgets = readDashboard(dashboard?.Properties.DashboardBody, new MetricStore(), 0, 300_000);
  const expected = widgets.flatMap(({ title, series }) => [title, ...series.map(({ label }) => label)]);
  const picture = await readFile(new URL("../pictures/dashboard.svg", import.meta.url), "utf8");
  const isShown = (text: string) =>
    !text.startsWith("max ") && text !== "transfersPerSecond" && text !== "maxIntentAge";
  const shown = [...picture.matchAll(/<text [^>]*>([^<]*)<\/text>/g)]
    .map(([, text = ""]) => text)
    .filter(isShown);
  assert.deepEqual(shown, expected);
});
