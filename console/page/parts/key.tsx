/** The key that does what stands before it. A screen reader gets the keys from the help. */
export function Key({ name }: { readonly name: string }) {
  return (
    <span class="kbd" aria-hidden="true">
      {name}
    </span>
  );
}
