import { z } from "zod";
import { list, milliseconds, name, secret } from "../field.ts";
import { addressRange, url } from "../network.ts";
import { clientTls } from "../tls.ts";

export const webhookSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("webhook"),
    url: url("Where the incident object is posted."),
    secret: secret("Signs each request (Standard Webhooks, `whsec_…`).").optional(),
    previous_secret: secret(
      "The secret before this one: while both are given, each request carries both signatures.",
    ).optional(),
    authorization: secret("Value of the header Authorization.").optional(),
    timeout: milliseconds({ min: "100ms", max: "2m" }, "How long one attempt may take.").prefault(
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
  .transform(({ timeout, secret, previous_secret, authorization, tls, ...rest }) => ({
    ...rest,
    secret: secret ?? null,
    previousSecret: previous_secret ?? null,
    authorization: authorization ?? null,
    timeoutMs: timeout,
    tls: tls ?? null,
  }))
  .meta({ description: "HTTP POST of the incident object." });
