// In place of what `cdk init` writes: its stack with a ContactTransfer.

import { EventBus } from "aws-cdk-lib/aws-events";
import { Key } from "aws-cdk-lib/aws-kms";
import * as cdk from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { ContactTransfer, type ContactTransferProps, cancelledOrder, EventField } from "contact-transfer";

const instance = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";

export class AppStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const settings: ContactTransferProps = {
      instanceArns: [instance],
      eventBus: new EventBus(this, "Bus"),
      encryptionKey: new Key(this, "Key"),
      retryFor: cdk.Duration.minutes(30),
    };
    const transfers = new ContactTransfer(this, "Transfers", settings);
    transfers.route("CancelledOrder", cancelledOrder({ contactFlowId: "flow", queueId: "queue" }));
    transfers.route("Overdue", {
      eventPattern: { source: ["com.example.sla"], detailType: ["Task Overdue"] },
      intent: { contactId: EventField.fromPath("$.detail.taskContactId"), contactFlowId: "flow" },
    });
  }
}
