/**
 * A CDK app of your own: one `ContactTransfer`, a role that may request transfers, and a route that turns another
 * event into a request.
 *
 *     npm run build
 *     npx cdk synth --app "node examples/app/app.ts" --output cdk.out/example
 */
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import type { Code } from "aws-cdk-lib/aws-lambda";
import { App, Duration, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { ContactTransfer, EventField } from "contact-transfer";

const instanceArn = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";

export interface SupportStackProps extends StackProps {
  /** The function's bundle. @default - what `npm run build` wrote */
  readonly code?: Code;
}

export class SupportStack extends Stack {
  constructor(scope: Construct, id: string, { code, ...props }: SupportStackProps) {
    super(scope, id, props);
    const transfers = new ContactTransfer(this, "Transfers", {
      instanceArns: [instanceArn],
      eventSources: ["com.example.orders"],
      maxIntentAge: Duration.hours(4),
      code,
    });

    const orders = new Role(this, "Orders", { assumedBy: new AccountRootPrincipal() });
    transfers.grantRequestTransfers(orders);

    transfers.route("OverdueTask", {
      eventPattern: { source: ["com.example.sla"], detailType: ["Task Overdue"] },
      intent: {
        contactId: EventField.fromPath("$.detail.taskContactId"),
        contactFlowId: "22222222-2222-4222-8222-222222222222",
        queueId: "33333333-3333-4333-8333-333333333333",
        metadata: { dueAt: EventField.fromPath("$.detail.dueAt") },
      },
    });
  }
}

if (import.meta.main) {
  const app = new App();
  new SupportStack(app, "Support", { env: { account: "111122223333", region: "us-east-1" } });
  app.synth();
}
