import { withOutcomes } from "../with-outcomes.ts";
import { handler as transfer } from "./bare-promise-all.ts";

export const handler = withOutcomes(transfer);
