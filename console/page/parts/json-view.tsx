import type { Violation } from "../../protocol/letters.ts";
import type { EditedLine } from "./edited-lines.ts";
import { ScrollRegion } from "./scroll-region.tsx";
import { Text } from "./text.tsx";

interface JsonViewProps {
  readonly lines: readonly EditedLine[];
  readonly violations?: readonly Violation[];
  readonly label: string;
}

/** JSON with each violation at its place: at the member that is wrong, or where the missing one would be. */
export function JsonView({ lines, violations = [], label }: JsonViewProps) {
  const places = placeViolations(lines, violations);
  return (
    <ScrollRegion class="json" label={label}>
      {lines.map((line, index) => {
        const wrong = places.get(index) ?? [];
        return (
          <div key={index} class={wrong.length > 0 ? "has-violation" : ""}>
            <JsonRow line={line} />
            {wrong.map(({ message }) => (
              <div class="violation" style={{ paddingLeft: `${2 * line.depth + 4}ch` }} key={message}>
                <span aria-hidden="true">▲ </span>
                <Text value={message} />
              </div>
            ))}
          </div>
        );
      })}
    </ScrollRegion>
  );
}

function JsonRow({ line: { depth, name, value, comma, mark } }: { readonly line: EditedLine }) {
  const sign = mark === "added" ? "+" : mark === "removed" ? "−" : " ";
  const spoken = mark && <span class="hidden-text">{mark} </span>;
  return (
    <div class={`json-row ${mark ?? ""}`}>
      <span class="json-sign" aria-hidden="true">
        {sign}
      </span>
      {spoken}
      <span style={{ paddingLeft: `${2 * depth}ch` }}>
        {name !== undefined && (
          <>
            <span class="json-name">
              "<Text value={escapeText(name)} />"
            </span>
            {": "}
          </>
        )}
        <span class={`json-${value.kind}`}>
          {value.kind === "string" ? (
            <>
              "<Text value={escapeText(value.text)} />"
            </>
          ) : (
            value.text
          )}
        </span>
        {comma && ","}
      </span>
    </div>
  );
}

function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

/** The violations by the line they belong to. Of a member that is missing: the line that opens its holder. */
function placeViolations(
  lines: readonly EditedLine[],
  violations: readonly Violation[],
): ReadonlyMap<number, readonly Violation[]> {
  const places = new Map<number, Violation[]>();
  for (const violation of violations) {
    let { path } = violation;
    let at = lineOf(lines, path);
    while (at < 0 && path !== "") {
      path = path.slice(0, path.lastIndexOf("/"));
      at = lineOf(lines, path);
    }
    const place = Math.max(0, at);
    places.set(place, [...(places.get(place) ?? []), violation]);
  }
  return places;
}

function lineOf(lines: readonly EditedLine[], path: string): number {
  return lines.findIndex(({ pointer, mark }) => pointer === path && mark !== "removed");
}
