import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RunReport as Report, Run } from "../../protocol/runs.ts";
import { VerdictList } from "../change/verdict-list.tsx";
import { Age } from "../parts/age.tsx";
import { Failure } from "../parts/notice.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { Id, Text } from "../parts/text.tsx";
import { type ApiFailure, call, failureOf } from "../state/api.ts";
import { formatRoute, routeTo } from "../state/route.ts";

const dots = { transferred: "good", "failed again": "bad", "not failed": "good", waiting: "accent" } as const;

/** What became of each message of a run, by client token: those that need a person first. */
export function RunReport({ run }: { readonly run: Run }) {
  const pages = useSignal<readonly Report[]>([]);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const read = async (cursor?: string) => {
    try {
      const page = await call("GET /api/runs/:id/report", {
        id: run.id,
        query: { ...(cursor !== undefined && { cursor }) },
      });
      pages.value = cursor === undefined ? [page] : [...pages.value, page];
      failure.value = undefined;
    } catch (error) {
      failure.value = failureOf(error);
    }
  };
  useEffect(() => {
    void read();
  }, [run.id, run.revision]);
  const rows = pages.value.flatMap((page) => page.rows);
  const judged = pages.value[0]?.judged;
  const next = pages.value.at(-1)?.nextCursor;
  return (
    <section class="panel" aria-labelledby="report">
      <h2 id="report">Report</h2>
      <Failure failure={failure.value} />
      {judged && <VerdictList rows={judged} />}
      {rows.length === 0 && !judged && <p class="muted">Nothing has been sent yet.</p>}
      {rows.length > 0 && (
        <ScrollRegion class="table-scroll" label="Report by client token">
          <table class="report">
            <thead>
              <tr>
                <th scope="col">Fate</th>
                <th scope="col">Intent</th>
                <th scope="col">What became of it</th>
                <th scope="col">Client token</th>
                <th scope="col" class="right">
                  Sent
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.newMessageId}>
                  <td class="nowrap">
                    <span class={`dot dot-${dots[row.fate]}`} /> {row.fate}
                  </td>
                  <td>
                    <a
                      href={formatRoute(routeTo("trace", { id: row.clientToken ?? row.intentId ?? row.id }))}
                    >
                      <Id value={row.intentId ?? row.id} />
                    </a>
                  </td>
                  <td>
                    {row.reason !== undefined && (
                      <>
                        <Text value={row.reason} />: <Text value={row.message ?? ""} />
                      </>
                    )}
                    {row.newContactId !== undefined && (
                      <>
                        now contact <Id value={row.newContactId} />
                      </>
                    )}
                  </td>
                  <td>{row.clientToken !== undefined && <Id value={row.clientToken} class="short" />}</td>
                  <td class="right">
                    <Age at={row.sentAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {next !== undefined && (
        <button type="button" class="quiet" onClick={() => void read(next)}>
          Show more
        </button>
      )}
    </section>
  );
}
