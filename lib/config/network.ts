import { isIP } from "node:net";
import { z } from "zod";

/** Fields that name places on a network. */
export interface Endpoint {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

const ENDPOINT_PATTERN = /^(?:\[([0-9a-fA-F:.%]+)\]|([A-Za-z0-9._*-]+)):([0-9]{1,5})$/;

/** `127.0.0.1:5514`, `[::1]:5514`, `siem.example.org:6514`. */
export function endpoint(doc: string) {
  const expects = "host:port, such as 127.0.0.1:5514 or [::1]:5514";
  return z
    .string()
    .transform((value, ctx): Endpoint => {
      const match = ENDPOINT_PATTERN.exec(value);
      const host = match?.[1] ?? match?.[2];
      const port = Number(match?.[3]);
      if (host === undefined || port < 1 || port > 65_535) {
        const message = "is not an address with a port";
        ctx.addIssue({ code: "custom", message, params: { remedy: `write ${expects}` } });
        return z.NEVER;
      }
      return { host, port };
    })
    .meta({ description: doc, expects });
}

/** An http or https URL. One with a password in it is refused: it would end up in logs. */
export function url(doc: string) {
  const expects = "an http:// or https:// URL";
  return z
    .string()
    .superRefine((value, ctx) => {
      const parsed = URL.canParse(value) ? new URL(value) : null;
      if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
        const remedy = `write ${expects}`;
        ctx.addIssue({ code: "custom", message: "is not a URL", params: { remedy } });
      } else if (parsed.username !== "" || parsed.password !== "") {
        const remedy = "take it out of the URL and use the field `authorization`";
        const message = "carries a user name or a password";
        ctx.addIssue({ code: "custom", message, params: { remedy, hidden: true } });
      }
    })
    .meta({ description: doc, expects });
}

/** `10.1.0.0/16`, `fd00::/8`, or a single address. */
export function addressRange(doc: string) {
  const expects = "a network such as 10.1.0.0/16 or fd00::/8, or one address";
  return z
    .string()
    .refine(isAddressRange, {
      error: "is not a network or an address",
      params: { remedy: `write ${expects}` },
    })
    .meta({ description: doc, expects });
}

function isAddressRange(value: string): boolean {
  const [address = "", bits, ...more] = value.split("/");
  const version = isIP(address);
  if (version === 0 || address.includes("%") || more.length > 0) return false;
  const bitsMax = version === 4 ? 32 : 128;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= bitsMax);
}

/** An IANA time zone or a fixed offset: kernel and RFC 3164 lines carry none. */
export function zone(doc: string) {
  const expects = "an IANA time zone such as Europe/Berlin, UTC, or an offset such as +02:00";
  return z
    .string()
    .refine(isZone, { error: "is not a known time zone", params: { remedy: `write ${expects}` } })
    .meta({ description: doc, expects });
}

function isZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
