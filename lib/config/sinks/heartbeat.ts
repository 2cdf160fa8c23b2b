import { z } from "zod";
import { choice, list, milliseconds, name, secret } from "../field.ts";
import { addressRange, url } from "../network.ts";
import { clientTls } from "../tls.ts";

export const heartbeatSink = z
  .strictObject({
    name: name("Name of the sink, in counters. No route leads to it: it takes no incidents."),
    type: z.literal("heartbeat"),
    url: url("What is asked for each minute, only while everything moves."),
    method: choice(["get", "post"], "How it is asked for.").prefault("get"),
    authorization: secret("Value of the header Authorization.").optional(),
    timeout: milliseconds({ min: "100ms", max: "30s" }, "How long one request may take.").prefault(
      "10s",
    ),
    allow: list(
      addressRange("One network or address."),
      { min: 0, max: 64 },
      "Networks that are not on the public internet and may be sent to all the same, loopback " +
        "among them. Everything public is allowed.",
    ).prefault([]),
    tls: clientTls.optional(),
  })
  .transform(({ timeout, authorization, tls, ...rest }) => ({
    ...rest,
    authorization: authorization ?? null,
    timeoutMs: timeout,
    tls: tls ?? null,
  }))
  .meta({
    description:
      "A dead man's switch: whoever it calls on raises the alarm when it stays away. It fires " +
      "each minute while inputs, detection and notification all moved, and stays away otherwise.",
  });
