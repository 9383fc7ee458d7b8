import { route } from "../state/address.ts";
import { formatRoute, routeTo } from "../state/route.ts";

export function NothingSelected() {
  const { filter, from, order } = route.value;
  return (
    <p class="empty">
      Nothing is selected.{" "}
      <a href={formatRoute(routeTo("letters", { filter, from, order }))}>Choose dead letters</a>
    </p>
  );
}
