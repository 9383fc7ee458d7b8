import { Hono } from "hono";
import { type ApiCallListener, apiCall, type ConnectApiCall } from "./api-call.ts";
import { ConnectApiError, errorAnswer } from "./connect-api-error.ts";
import { jsonAnswer } from "./json-answer.ts";
import { readMembers } from "./read-request.ts";
import type { ConnectWorld } from "./world/connect-world.ts";
import type { Instance } from "./world/world-state.ts";

interface Listed {
  readonly Id: string;
  readonly Arn: string;
  readonly Name?: string;
  readonly Username?: string;
  readonly QueueType?: string;
  readonly ContactFlowType?: string;
  readonly ContactFlowState?: string;
  readonly ContactFlowStatus?: string;
}

/** Lists of what an instance contains: by the path of the operation, the member of the answer, and its elements. */
const lists: Readonly<
  Record<string, { readonly member: string; of(instance: Instance): readonly Listed[] }>
> = {
  "queues-summary": {
    member: "QueueSummaryList",
    of: ({ arn, queues }: Instance) =>
      Array.from(queues.keys(), (Id) => ({ Id, Arn: `${arn}/queue/${Id}`, Name: Id, QueueType: "STANDARD" })),
  },
  "contact-flows-summary": {
    member: "ContactFlowSummaryList",
    of: ({ arn, contactFlows }: Instance) =>
      Array.from(contactFlows, ([Id, ContactFlowType]) => ({
        Id,
        Arn: `${arn}/contact-flow/${Id}`,
        Name: Id,
        ContactFlowType,
        ContactFlowState: "ACTIVE",
        ContactFlowStatus: "PUBLISHED",
      })),
  },
  "users-summary": {
    member: "UserSummaryList",
    of: ({ arn, agentQueues }: Instance) =>
      Array.from(agentQueues.keys(), (Id) => ({ Id, Arn: `${arn}/agent/${Id}`, Username: Id })),
  },
};

/**
 * What somebody needs to look around in the local Connect and to make contacts: lists, SearchContacts, StartTaskContact and
 * StopContact. A list is one page.
 */
export function directoryRoutes(world: ConnectWorld, onApiCall?: ApiCallListener): Hono {
  const app = new Hono();
  app.get("/instance", () =>
    jsonAnswer({
      InstanceSummaryList: world.instances.map(({ arn }, index) => ({
        Id: idOf(arn),
        Arn: arn,
        InstanceAlias: index === 0 ? "local" : `local-${index + 1}`,
        InstanceStatus: "ACTIVE",
      })),
    }),
  );
  for (const [path, { member, of }] of Object.entries(lists)) {
    app.get(`/${path}/:instanceId`, (c) => {
      const wanted = c.req.queries("contactFlowTypes");
      const all: readonly { readonly ContactFlowType?: string }[] = of(
        world.instance(c.req.param("instanceId")),
      );
      const list = wanted ? all.filter(({ ContactFlowType = "" }) => wanted.includes(ContactFlowType)) : all;
      return jsonAnswer({ [member]: list });
    });
  }
  const perform = (name: ConnectApiCall["eventName"], input: object, act: () => object): Response => {
    try {
      const output = act();
      const response = jsonAnswer(output);
      onApiCall?.(apiCall(name, input, response, { output }));
      return response;
    } catch (error) {
      if (!(error instanceof ConnectApiError)) throw error;
      const response = errorAnswer(error.name, error.httpStatus, error.message);
      onApiCall?.(apiCall(name, input, response, { error }));
      return response;
    }
  };
  app.put("/contact/task", async (c) => {
    const input = readMembers(await c.req.text(), taskMembers);
    return perform("StartTaskContact", input, () => {
      const { InstanceId, ContactFlowId, Name } = input;
      if (InstanceId === undefined || ContactFlowId === undefined || Name === undefined) {
        throw new ConnectApiError(
          "InvalidRequestException",
          "InstanceId, ContactFlowId and Name are required",
        );
      }
      return { ContactId: world.startTask(InstanceId, ContactFlowId) };
    });
  });
  app.post("/contact/stop", async (c) => {
    const { InstanceId = "", ContactId = "" } = readMembers(await c.req.text(), contactMembers);
    return perform("StopContact", { InstanceId, ContactId }, () => {
      world.endContact({ InstanceId, ContactId });
      return {};
    });
  });
  app.post("/search-contacts", async (c) => jsonAnswer(searchContacts(world, await c.req.text())));
  return app;
}

const taskMembers = { InstanceId: {}, ContactFlowId: {}, Name: {}, ClientToken: {} };
const contactMembers = { InstanceId: {}, ContactId: {} };

/** The contacts of the channels that are asked for, the latest first, in one page. All of them began in this run. */
function searchContacts(world: ConnectWorld, body: string): object {
  const { InstanceId = "" } = readMembers(body, { InstanceId: {} });
  const { SearchCriteria = {} } = JSON.parse(body) as { SearchCriteria?: { Channels?: readonly string[] } };
  const { Channels, ...others } = SearchCriteria;
  if (Object.keys(others).length > 0) {
    throw new ConnectApiError(
      "InvalidRequestException",
      `The local Connect searches by Channels only, not by ${Object.keys(others).join(", ")}`,
    );
  }
  const Contacts = Array.from(
    world.instance(InstanceId).contacts.keys(),
    (ContactId) => world.describeContact({ InstanceId, ContactId }).Contact,
  ).filter((contact) => Channels?.includes(contact?.Channel ?? "") ?? true);
  return { Contacts: Contacts.toReversed(), TotalCount: Contacts.length };
}

function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
