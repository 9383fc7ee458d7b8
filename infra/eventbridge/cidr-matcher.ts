import { BlockList, isIP } from "node:net";
import { InvalidEventPatternError } from "./errors.ts";
import { requireString, type Scalar } from "./operand.ts";

/** Accepts addresses of a range. As event-ruler does, refuses masks of a single address (/32 and /128). */
export function cidrMatcher(operand: unknown, path: string): (value: Scalar) => boolean {
  const cidr = requireString(operand, "cidr", path);
  const [address = "", mask = "", ...rest] = cidr.split("/");
  if (!cidr.includes("/") || rest.length > 0) {
    throw new InvalidEventPatternError("Malformed CIDR, one '/' required", path);
  }
  if (!/^\d+$/.test(mask)) {
    throw new InvalidEventPatternError("Malformed CIDR, mask bits must be an integer", path);
  }
  const family = ipFamily(address);
  if (!family) throw new InvalidEventPatternError(`Nonstandard IP address: ${address}`, path);
  const addressBits = family === "ipv4" ? 32 : 128;
  if (Number(mask) >= addressBits) {
    throw new InvalidEventPatternError(
      `${family === "ipv4" ? "IPv4" : "IPv6"} mask bits must be < ${addressBits}`,
      path,
    );
  }
  const range = new BlockList();
  range.addSubnet(address, Number(mask), family);
  return (value) => {
    const valueFamily = typeof value === "string" ? ipFamily(value) : undefined;
    return valueFamily === family && range.check(String(value), family);
  };
}

function ipFamily(address: string): "ipv4" | "ipv6" | undefined {
  if (address.includes("%")) return undefined; // a range contains no address with a zone
  const version = isIP(address);
  return version === 4 ? "ipv4" : version === 6 ? "ipv6" : undefined;
}
