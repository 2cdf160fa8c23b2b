import { z } from "zod";
import { choice, name } from "../field.ts";
import { endpoint } from "../network.ts";
import { clientTls } from "../tls.ts";

export const syslogSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("syslog"),
    address: endpoint("The collector."),
    format: choice(
      ["rfc5424", "cef", "leef", "json"],
      "What the message holds; each travels in an RFC 5424 frame.",
    ).prefault("rfc5424"),
    protocol: choice(["tcp", "udp"], "Transport; with `tls` it is TCP.").prefault("tcp"),
    tls: clientTls.optional(),
  })
  .transform(({ tls, ...rest }) => ({ ...rest, tls: tls ?? null }))
  .meta({ description: "Syslog to a SIEM. It acknowledges nothing: what is lost is not seen." });
