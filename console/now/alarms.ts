import type { Session } from "../../operate/session.ts";
import type { Alarms } from "../protocol.ts";
export async function readAlarms(_: Session): Promise<Alarms> {
  return { kind: "unknown", why: "Alarms are not read." };
}
