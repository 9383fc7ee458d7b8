import type { ChainContact } from "../../protocol/trace.ts";
import { Age } from "../parts/age.tsx";
import { Id, Text } from "../parts/text.tsx";
import { formatInstant } from "../parts/time.ts";
import { formatRoute, routeTo } from "../state/route.ts";

interface ChainProps {
  readonly chain: readonly ChainContact[];
  /** The contact that is traced, which needs no link to itself. */
  readonly tracedId: string;
}

/** The contacts that a contact was before and became: each transfer makes a new one. */
export function Chain({ chain, tracedId }: ChainProps) {
  if (chain.length === 0) return null;
  return (
    <section aria-labelledby="chain">
      <h3 id="chain">The chain of contacts</h3>
      <ol class="timeline">
        {chain.map((contact) => (
          <li key={contact.contactId} class={contact.transferred ? "entry-succeeded" : "entry-requested"}>
            <p>
              {contact.contactId === tracedId ? (
                <strong>
                  <Id value={contact.contactId} />
                </strong>
              ) : (
                <a href={formatRoute(routeTo("trace", { id: contact.contactId }))}>
                  <Id value={contact.contactId} />
                </a>
              )}
            </p>
            <Life contact={contact} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Life({ contact }: { readonly contact: ChainContact }) {
  const { transferred, queueId, queuedAt, agentId, connectedToAgentAt, endedAt } = contact;
  return (
    <>
      {transferred && (
        <p>
          <span class={`dot dot-${transferred.isCertain ? "good" : "warn"}`} />{" "}
          <Text value={transferred.text} />
        </p>
      )}
      {(queueId !== undefined || queuedAt !== undefined) && (
        <p>
          {queuedAt === undefined ? "in queue" : "queued"} {queueId !== undefined && <Id value={queueId} />}{" "}
          <At at={queuedAt} />
        </p>
      )}
      {(agentId !== undefined || connectedToAgentAt !== undefined) && (
        <p>
          {connectedToAgentAt === undefined ? "with agent" : "connected to agent"}{" "}
          {agentId !== undefined && <Id value={agentId} />} <At at={connectedToAgentAt} />
        </p>
      )}
      {endedAt !== undefined && (
        <p>
          ended <At at={endedAt} />
        </p>
      )}
    </>
  );
}

function At({ at }: { readonly at: number | undefined }) {
  if (at === undefined) return null;
  return (
    <span class="muted">
      <span class="mono">{formatInstant(at)}</span>, <Age at={at} long />
    </span>
  );
}
