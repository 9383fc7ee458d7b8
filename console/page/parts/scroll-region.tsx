import type { ComponentChildren } from "preact";

interface ScrollRegionProps {
  readonly label: string;
  readonly class: string;
  readonly children: ComponentChildren;
}

/** Something that scrolls by itself: the keyboard reaches it. */
export function ScrollRegion({ label, class: name, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it only a mouse could scroll it
    <section class={name} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
