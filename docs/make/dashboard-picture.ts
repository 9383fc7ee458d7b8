/**
 * Draws the synthesized dashboard with the metrics of a simulated day into `docs/pictures/dashboard.svg`:
 * `npm run docs:dashboard`.
 */
import { writeFile } from "node:fs/promises";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Stack } from "aws-cdk-lib/core";
import { ContactTransfer } from "../../infra/contact-transfer.ts";
import { metricsServiceName } from "../../infra/monitoring/metrics.ts";
import { instanceArn } from "../../test/makers.ts";
import { type Incident, minuteMs, simulateDeployment } from "../../test/metrics/simulate-deployment.ts";
import { readDashboard, type Series, type Widget } from "./read-dashboard.ts";

/** A working day: a rush at 11, an outage of Connect from 14:00 to 14:40, a producer that errs for an hour. */
const day: Incident = {
  hours: 12,
  intentsIn: (minute) => (minute === 180 ? 1_200 : 20 + Math.round(10 * Math.sin(minute / 90))),
  connectError: (at, request) => {
    if (at > 360 * minuteMs && at < 400 * minuteMs) return "ServiceUnavailableException";
    if (request % 150 === 0) return "InvalidRequestException";
    return request % 12 === 0 && at < 300 * minuteMs ? "ThrottlingException" : undefined;
  },
  bodyOf: (number) =>
    number > 11_000 && number % 9 === 0
      ? '{"id":"misspelt"}'
      : JSON.stringify({ id: `e-${number}`, detail: { contactId: `task-${number}`, contactFlowId: "flow" } }),
};

const unit = { width: 52, height: 38 } as const;
const colours = [
  "#1f77b4",
  "#ff7f0e",
  "#2ca02c",
  "#d62728",
  "#9467bd",
  "#8c564b",
  "#e377c2",
  "#7f7f7f",
  "#bcbd22",
];

/** The picture as SVG; the same for the same code. */
export async function drawDashboard(): Promise<string> {
  const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
  const transfers = new ContactTransfer(stack, "Transfers", { instanceArns: [instanceArn], code });
  const template = Template.fromStack(stack);
  const idOf = (start: string, type: string) =>
    Object.keys(template.findResources(type)).find((id) => id.startsWith(`Transfers${start}`)) ?? "";
  const { store, from, until } = await simulateDeployment(day, {
    service: metricsServiceName(transfers),
    intentQueue: `${idOf("IntentQueue", "AWS::SQS::Queue")}.QueueName`,
    deadLetterQueue: `${idOf("DeadLetterQueue", "AWS::SQS::Queue")}.QueueName`,
    functionName: idOf("Function", "AWS::Lambda::Function"),
    ruleName: idOf("Rule", "AWS::Events::Rule"),
  });
  const [dashboard] = Object.values(template.findResources("AWS::CloudWatch::Dashboard"));
  const widgets = readDashboard(dashboard?.Properties.DashboardBody, store, from, until);
  const height = Math.max(...widgets.map(({ y, height }) => y + height)) * unit.height;
  const size = `viewBox="0 0 ${24 * unit.width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11">
<title>The dashboard on a simulated day</title>
<rect width="100%" height="100%" fill="#f4f4f4"/>
${widgets.map(drawWidget).join("\n")}
</svg>
`;
}

function drawWidget({ x, y, width, height, title, series, limit }: Widget): string {
  const box = { w: width * unit.width - 10, h: height * unit.height - 10 };
  const plot = { x: 8, y: 24, w: box.w - 16, h: box.h - 24 - 13 * series.length - 10 };
  const values = series.flatMap(({ points }) => points.filter((point) => point !== undefined));
  const highest = Math.max(1e-9, ...values);
  // A limit far above what is shown would flatten it.
  const isLimitShown = limit !== undefined && limit.value < 3 * highest;
  const top = Math.max(highest, isLimitShown ? limit.value : 0) * 1.05;
  const yOf = (value: number) => round(plot.y + plot.h * (1 - value / top));
  return [
    `<g transform="translate(${x * unit.width + 5} ${y * unit.height + 5})">`,
    `<rect width="${box.w}" height="${box.h}" fill="#fff" stroke="#ccc"/>`,
    `<text x="8" y="16" font-weight="bold">${title}</text>`,
    `<text x="${box.w - 8}" y="16" text-anchor="end" fill="#777">max ${tell(highest)}</text>`,
    `<line x1="8" x2="${box.w - 8}" y1="${yOf(0)}" y2="${yOf(0)}" stroke="#ccc"/>`,
    ...(isLimitShown ? [drawLimit(limit, yOf(limit.value), box.w)] : []),
    ...series.map((line, index) => drawLine(line, index, plot, yOf)),
    ...series.map(({ label }, index) => drawLegend(label, index, box.h - 13 * (series.length - index) + 4)),
    "</g>",
  ].join("\n");
}

function drawLimit({ label }: { label: string }, y: number, width: number): string {
  return `<line x1="8" x2="${width - 8}" y1="${y}" y2="${y}" stroke="#d62728" stroke-dasharray="4 3"/><text x="10" y="${y - 3}" fill="#d62728">${label}</text>`;
}

function drawLine(
  { points }: Series,
  index: number,
  plot: { x: number; w: number },
  yOf: (value: number) => number,
) {
  const xOf = (at: number) => round(plot.x + (plot.w * at) / Math.max(1, points.length - 1));
  const path = points.flatMap((point, at) => {
    if (point === undefined) return [];
    const isStart = at === 0 || points[at - 1] === undefined;
    return [`${isStart ? "M" : "L"}${xOf(at)} ${yOf(point)}`];
  });
  return `<path d="${path.join("")}" fill="none" stroke="${colours[index % colours.length]}"/>`;
}

function drawLegend(label: string, index: number, y: number): string {
  return `<rect x="8" y="${y - 8}" width="8" height="8" fill="${colours[index % colours.length]}"/><text x="20" y="${y}">${label}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function tell(value: number): string {
  return value < 1e-6 ? "0" : value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

if (import.meta.main) {
  await writeFile(new URL("../pictures/dashboard.svg", import.meta.url), await drawDashboard());
}
