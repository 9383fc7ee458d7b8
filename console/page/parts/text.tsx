import { visibleParts, visibleText } from "./visible-text.ts";

interface TextProps {
  readonly value: string;
  /** Characters that stay as they are, such as a line break in a block of text. */
  readonly keep?: string;
  readonly class?: string;
}

/** A text from outside: isolated from what is around it, with every hidden character named. */
export function Text({ value, keep, class: name }: TextProps) {
  return (
    <bdi class={name}>
      {visibleParts(value, keep).map(({ text, marker }) =>
        marker === undefined ? text : <span class="hidden-character">{marker}</span>,
      )}
    </bdi>
  );
}

/** An id: never broken into what could be read as two, the whole of it in the title. */
export function Id({ value, class: name = "" }: TextProps) {
  return (
    <span class={`mono id ${name}`} title={visibleText(value)}>
      <Text value={value} />
    </span>
  );
}
