import type { Resolution } from "../../protocol/letters.ts";
import type { JudgedRow } from "../../protocol/plans.ts";
import type { ResolvedRow } from "../../protocol/runs.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { Id, Text } from "../parts/text.tsx";
import { formatRoute, routeTo } from "../state/route.ts";

const planned = {
  publish: { text: "publish Succeeded, delete", dot: "good" },
  replay: { text: "replay", dot: "accent" },
  none: { text: "leave as it is", dot: "warn" },
} as const;

const outcomes = {
  published: { text: "published, deleted", dot: "good" },
  replayed: { text: "replayed", dot: "good" },
  failed: { text: "not done", dot: "bad" },
} as const;

/** What Connect's reads show of each letter, and what is done with it. */
export function VerdictList({ rows }: { readonly rows: readonly (JudgedRow & Partial<ResolvedRow>)[] }) {
  return (
    <ScrollRegion class="table-scroll" label="Verdicts by dead letter">
      <table class="report">
        <thead>
          <tr>
            <th scope="col">Intent</th>
            <th scope="col">Found</th>
            <th scope="col">What that means</th>
            <th scope="col">Resolve</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <VerdictLine key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function VerdictLine({ row }: { readonly row: JudgedRow & Partial<ResolvedRow> }) {
  const { id, intentId, contactId, reason, verdict, action, done } = row;
  const { text, dot } = done === undefined ? planned[action] : outcomes[done];
  return (
    <tr>
      <td>
        <a href={formatRoute(routeTo("trace", { id: intentId ?? id }))}>
          <Id value={intentId ?? id} />
        </a>
        <p class="muted">
          <Text value={reason} />
        </p>
      </td>
      <td>
        {verdict.found}
        {!verdict.isFinal && verdict.found !== "unreadable" && <span class="warn"> not final</span>}
        {verdict.by !== undefined && <span class="muted"> by {verdict.by}</span>}
        {contactId !== undefined && (
          <p class="muted">
            <Id value={contactId} />
          </p>
        )}
        <Successors verdict={verdict} />
      </td>
      <td>
        <Text value={verdict.text} />
        {verdict.why !== undefined && (
          <p class="muted">
            <Text value={verdict.why} />
          </p>
        )}
      </td>
      <td class="nowrap">
        <span class={`dot dot-${dot}`} /> {text}
      </td>
    </tr>
  );
}

/** Where the contact is now. */
function Successors({ verdict }: { readonly verdict: Resolution }) {
  const { contactId, contactIds = [], queueId, agentId } = verdict;
  const ids = contactId === undefined ? contactIds : [contactId];
  return (
    <>
      {ids.map((each) => (
        <p key={each}>
          → <Id value={each} />
        </p>
      ))}
      {queueId !== undefined && (
        <p class="muted">
          in queue <Id value={queueId} />
        </p>
      )}
      {agentId !== undefined && (
        <p class="muted">
          with agent <Id value={agentId} />
        </p>
      )}
    </>
  );
}
