import { withOutcomes } from "../with-outcomes.ts";
import { handler as transfer } from "./bare.ts";

export const handler = withOutcomes(transfer);
