// An app in JavaScript: writes its cloud assembly into the folder that is named.
import { App, Duration, Stack } from "aws-cdk-lib";
import { EventBus, EventField } from "aws-cdk-lib/aws-events";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { ContactTransfer } from "contact-transfer";

// CDK's own check of templates takes most of the time, and other tests have it.
const app = new App({ outdir: process.argv[2], builtinCloudFormationValidation: false });
const stack = new Stack(app, "Support", { env: { account: "111122223333", region: "us-east-1" } });
const transfers = new ContactTransfer(stack, "Transfers", {
  instanceArns: ["arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111"],
  eventBus: new EventBus(stack, "Bus"),
  eventSources: ["com.example.orders"],
  maxIntentAge: Duration.hours(4),
});
transfers.route("OverdueTask", {
  eventPattern: { source: ["com.example.sla"], detailType: ["Task Overdue"] },
  intent: {
    contactId: EventField.fromPath("$.detail.taskContactId"),
    contactFlowId: "flow-to-queue",
    queueId: "queue-seniors",
  },
});
transfers.grantRequestTransfers(new Role(stack, "Orders", { assumedBy: new AccountRootPrincipal() }));
new Topic(stack, "NotOfTheConstruct");
app.synth();
