import { SecurityGroup, Subnet, Vpc } from "aws-cdk-lib/aws-ec2";
import { EventBus } from "aws-cdk-lib/aws-events";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { type AppSettings, appSettingList, checkAppSettings } from "./app-settings.ts";
import { ContactTransfer } from "./contact-transfer.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";
import { isDefaultBus } from "./resources/event-bus.ts";
import { createOutputs } from "./resources/outputs.ts";
import {
  makeReadyRoute,
  type ReadyRouteSettings,
  readyRouteNames,
  readyRoutes,
} from "./routes/ready-routes.ts";
import { nearestName } from "./settings/nearest-name.ts";
import { SettingError } from "./settings/setting-error.ts";
import { settingNames } from "./settings/setting-list.ts";
import { codeOnlyProps } from "./settings/settings.ts";

export interface ContactTransferStackProps
  extends Omit<
      ContactTransferProps,
      "encryptionKey" | "deadLetterEncryptionKey" | "vpc" | "vpcSubnets" | "securityGroups"
    >,
    Omit<AppSettings, "stackName">,
    StackProps {}

/** A stack that is one `ContactTransfer`, with the outputs that the project's commands read. */
export class ContactTransferStack extends Stack {
  constructor(scope: Construct, id: string, props: ContactTransferStackProps) {
    super(scope, id, {
      description: "Event-driven transfer of Amazon Connect contacts (contact-transfer)",
      ...props,
    });
    const app = checkAppSettings(props);
    const transfers = new ContactTransfer(this, "Transfers", {
      ...propsOfConstruct(props),
      ...this.network(app),
      outputs: false,
      encryptionKey: this.key("EncryptionKey", app.encryptionKey, props.removalPolicy),
      deadLetterEncryptionKey: this.key("DeadLetterKey", app.deadLetterEncryptionKey, props.removalPolicy),
    });
    this.addRoutes(transfers, app.routes ?? {}, props);
    if (props.outputs !== false) createOutputs(transfers, "");
  }

  private key(
    id: string,
    setting: string | undefined,
    // Messages in the queues could not be read without it.
    removalPolicy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  ): IKey | undefined {
    if (setting === undefined) return undefined;
    if (setting !== "own") return Key.fromKeyArn(this, id, setting);
    return new Key(this, id, {
      description: `Encrypts ${id === "DeadLetterKey" ? "dead letters" : "intents, logs and the bus"} of contact-transfer`,
      enableKeyRotation: true,
      removalPolicy,
    });
  }

  private network({
    vpc,
    vpcSubnets = [],
    securityGroups,
  }: Pick<AppSettings, "vpc" | "vpcSubnets" | "securityGroups">): Pick<
    ContactTransferProps,
    "vpc" | "vpcSubnets" | "securityGroups"
  > {
    if (vpc === undefined) {
      const given = vpcSubnets.length > 0 ? "vpcSubnets" : securityGroups && "securityGroups";
      if (given) throw new SettingError(`${given} is set without vpc: set vpc too, or leave ${given} out.`);
      return {};
    }
    if (vpcSubnets.length === 0) {
      throw new SettingError("vpc is set without vpcSubnets: name the subnets in which the function runs.");
    }
    return {
      // Its zones are not used, because the subnets are named.
      vpc: Vpc.fromVpcAttributes(this, "Vpc", { vpcId: vpc, availabilityZones: ["any"] }),
      vpcSubnets: { subnets: vpcSubnets.map((id, n) => Subnet.fromSubnetId(this, `Subnet${n}`, id)) },
      securityGroups: securityGroups?.map((id, n) =>
        SecurityGroup.fromSecurityGroupId(this, `SecurityGroup${n}`, id),
      ),
    };
  }

  private addRoutes(
    transfers: ContactTransfer,
    routes: ReadyRouteSettings,
    { instanceArns, defaultInstanceArn }: Pick<ContactTransferProps, "instanceArns" | "defaultInstanceArn">,
  ): void {
    let defaultBus = isDefaultBus(transfers.eventBus) === true ? transfers.eventBus : undefined;
    for (const name of readyRouteNames) {
      const ready = makeReadyRoute(name, routes, { instanceArns, defaultInstanceArn });
      if (!ready) continue;
      // Who puts an event chooses its source, but not its account.
      const route = { ...ready, eventPattern: { account: [this.account], ...ready.eventPattern } };
      if (readyRoutes[name].bus === "own") transfers.route(name, route);
      else {
        defaultBus ??= EventBus.fromEventBusName(this, "DefaultBus", "default");
        transfers.route(name, { ...route, eventBus: defaultBus });
      }
    }
  }
}

/** The props without those of the stack, and without those that this stack makes something else of. */
function propsOfConstruct<Props extends object>(props: Props): Omit<Props, keyof AppSettings> {
  const own: readonly string[] = [...settingNames, ...codeOnlyProps];
  const isOwn = ([name]: [string, unknown]) =>
    !Object.hasOwn(appSettingList, name) && (own.includes(name) || nearestName(name, own) !== undefined);
  return Object.fromEntries(Object.entries(props).filter(isOwn)) as Omit<Props, keyof AppSettings>;
}
