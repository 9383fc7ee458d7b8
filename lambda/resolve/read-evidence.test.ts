import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AssociatedContactSummary, Contact } from "@aws-sdk/client-connect";
import { type ContactReads, readEvidence } from "./read-evidence.ts";
import { defaultTransferMethods } from "./successors.ts";

const signal = new AbortController().signal;
const rules = { transferMethods: defaultTransferMethods };
const of = { instanceId: "i-1", contactId: "c-1" };

interface Answers {
  readonly contacts: Record<string, Contact | Error>;
  readonly pages: (AssociatedContactSummary[] | Error)[];
}

/** Reads that answer what a test says, and keep what was asked. */
function reads({ contacts, pages }: Answers): ContactReads & { asked: string[]; inputs: object[] } {
  const asked: string[] = [];
  const inputs: object[] = [];
  return {
    asked,
    inputs,
    now: () => 1000,
    async describeContact(input) {
      const { ContactId = "" } = input;
      inputs.push(input);
      asked.push(`describe ${ContactId}`);
      const contact = contacts[ContactId];
      if (contact instanceof Error) throw contact;
      return { Contact: contact };
    },
    async listAssociatedContacts(input) {
      const { NextToken = "0" } = input;
      inputs.push(input);
      asked.push(`list ${NextToken}`);
      const page = pages[Number(NextToken)];
      if (page instanceof Error) throw page;
      const next = Number(NextToken) + 1;
      return { ContactSummaryList: page, NextToken: next < pages.length ? String(next) : undefined };
    },
  };
}

const contact: Contact = { Id: "c-1", Channel: "TASK", DisconnectTimestamp: new Date(500) };
const successor: Contact = { Id: "c-2", Channel: "TASK", QueueInfo: { Id: "q-1" }, AgentInfo: { Id: "u-1" } };
const summary = { ContactId: "c-1", Channel: "TASK", InitiationMethod: "API" } as const;
const follower = {
  ContactId: "c-2",
  PreviousContactId: "c-1",
  Channel: "TASK",
  InitiationMethod: "TRANSFER",
  InitiationTimestamp: new Date(500),
} as const;

function named(name: string): Error {
  return Object.assign(new Error("x"), { name });
}

describe("reading evidence", () => {
  it("reads the contact, every page of its tree, and its only successor", async () => {
    const all = reads({ contacts: { "c-1": contact, "c-2": successor }, pages: [[summary], [follower]] });
    const evidence = await readEvidence(of, all, rules, signal);
    assert.deepEqual(all.asked, ["describe c-1", "list 0", "list 1", "describe c-2"]);
    assert.equal(evidence.readAt, 1000);
    const list = { InstanceId: "i-1", ContactId: "c-1", MaxResults: 100 };
    assert.deepEqual(all.inputs, [
      { InstanceId: "i-1", ContactId: "c-1" },
      { ...list, NextToken: undefined },
      { ...list, NextToken: "1" },
      { InstanceId: "i-1", ContactId: "c-2" },
    ]);
    const followed = { contactId: "c-2", previousContactId: "c-1", initiationMethod: "TRANSFER" };
    assert.deepEqual(evidence.tree, {
      kind: "seen",
      entries: [
        {
          contactId: "c-1",
          previousContactId: undefined,
          initiationMethod: "API",
          channel: "TASK",
          initiatedAt: undefined,
        },
        { ...followed, channel: "TASK", initiatedAt: 500 },
      ],
    });
    assert.deepEqual(evidence.successor, {
      kind: "seen",
      contactId: "c-2",
      channel: "TASK",
      initiatedAt: undefined,
      endedAt: undefined,
      disconnectReason: undefined,
      queueId: "q-1",
      agentId: "u-1",
      quickConnectTo: [],
    });
  });

  it("names the successor of an agent's quick connect", async () => {
    const moved: Contact = {
      ...contact,
      NextContacts: [
        { Type: "QUICK_CONNECT", NextContactMetadata: { QuickConnectContactData: { ContactId: "c-2" } } },
      ],
    };
    const all = reads({ contacts: { "c-1": moved }, pages: [[summary]] });
    const evidence = await readEvidence(of, all, rules, signal);
    assert.deepEqual(evidence.contact.kind === "seen" && evidence.contact.quickConnectTo, ["c-2"]);
  });

  it("does not read a successor if there is none, or if there are several", async () => {
    const none = reads({ contacts: { "c-1": contact }, pages: [[summary]] });
    await readEvidence(of, none, rules, signal);
    assert.deepEqual(none.asked, ["describe c-1", "list 0"]);
    const two = reads({
      contacts: { "c-1": contact },
      pages: [[summary, follower, { ...follower, ContactId: "c-3" }]],
    });
    await readEvidence(of, two, rules, signal);
    assert.deepEqual(two.asked, ["describe c-1", "list 0"]);
    const unclear = { ...follower, ContactId: "c-3", InitiationMethod: undefined };
    const odd = reads({ contacts: { "c-1": contact }, pages: [[summary, follower, unclear]] });
    await readEvidence(of, odd, rules, signal);
    assert.deepEqual(odd.asked, ["describe c-1", "list 0"]);
  });

  it("reads up to 50 pages", async () => {
    const all = reads({ contacts: { "c-1": contact }, pages: Array.from({ length: 50 }, () => [summary]) });
    const { tree } = await readEvidence(of, all, rules, signal);
    assert.equal(tree.kind === "seen" && tree.entries.length, 50);
  });

  it("keeps what the pages before a failed one have shown", async () => {
    const broken = reads({
      contacts: { "c-1": contact },
      pages: [[summary], [follower], named("ThrottlingException")],
    });
    const { tree } = await readEvidence(of, broken, rules, signal);
    // One successor so far may not be the only one: it is not read.
    assert.deepEqual(broken.asked, ["describe c-1", "list 0", "list 1", "list 2"]);
    assert.deepEqual(tree, {
      kind: "failed",
      why: "ListAssociatedContacts failed: ThrottlingException",
      entries: [
        {
          contactId: "c-1",
          previousContactId: undefined,
          initiationMethod: "API",
          channel: "TASK",
          initiatedAt: undefined,
        },
        {
          contactId: "c-2",
          previousContactId: "c-1",
          initiationMethod: "TRANSFER",
          channel: "TASK",
          initiatedAt: 500,
        },
      ],
    });
  });

  it("does not read the tree of a contact that cannot be read, and says so", async () => {
    const all = reads({ contacts: { "c-1": named("ThrottlingException") }, pages: [[summary]] });
    assert.deepEqual(await readEvidence(of, all, rules, signal), {
      contact: { kind: "failed", why: "DescribeContact failed: ThrottlingException" },
      tree: { kind: "failed", why: "the contacts associated with it were not read", entries: [] },
      readAt: 1000,
    });
    assert.deepEqual(all.asked, ["describe c-1"]);
  });

  const failures: Record<string, [Answers, "contact" | "tree" | "successor", string]> = {
    "a throttled DescribeContact": [
      { contacts: { "c-1": named("ThrottlingException") }, pages: [[summary]] },
      "contact",
      "DescribeContact failed: ThrottlingException",
    ],
    "a contact that is not found, which Connect also answers while it lags": [
      { contacts: { "c-1": named("ResourceNotFoundException") }, pages: [[summary]] },
      "contact",
      "DescribeContact failed: ResourceNotFoundException",
    ],
    "an answer about another contact": [
      { contacts: { "c-1": { ...contact, Id: "c-7" } }, pages: [[summary]] },
      "contact",
      "DescribeContact failed: no such contact in the answer",
    ],
    "a second page that fails": [
      { contacts: { "c-1": contact }, pages: [[summary, follower], named("TimeoutError")] },
      "tree",
      "ListAssociatedContacts failed: TimeoutError",
    ],
    "an entry without an id": [
      { contacts: { "c-1": contact }, pages: [[summary, {}]] },
      "tree",
      "ListAssociatedContacts failed: an entry without an id",
    ],
    "an answer without a list": [
      { contacts: { "c-1": contact }, pages: [] },
      "tree",
      "ListAssociatedContacts failed: no list in the answer",
    ],
    "a list that never ends": [
      { contacts: { "c-1": contact }, pages: Array.from({ length: 51 }, () => [summary]) },
      "tree",
      "ListAssociatedContacts failed: more than 50 pages",
    ],
    "a successor that cannot be read": [
      { contacts: { "c-1": contact, "c-2": named("AccessDeniedException") }, pages: [[summary, follower]] },
      "successor",
      "DescribeContact failed: AccessDeniedException",
    ],
  };
  for (const [what, [answers, part, why]] of Object.entries(failures)) {
    it(`${what} is a failed read, not an error`, async () => {
      const seen = (await readEvidence(of, reads(answers), rules, signal))[part];
      assert.equal(seen?.kind === "failed" && seen.why, why);
    });
  }
});
