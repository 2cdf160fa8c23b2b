import { z } from "zod";
import { milliseconds, name, secret } from "../field.ts";
import { url } from "../network.ts";
import { clientTls } from "../tls.ts";

export const webhookSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("webhook"),
    url: url("Where the incident object is posted."),
    secret: secret("Signs each request (Standard Webhooks, `whsec_…`).").optional(),
    authorization: secret("Value of the header Authorization.").optional(),
    timeout: milliseconds({ min: "100ms", max: "2m" }, "How long one attempt may take.").prefault(
      "10s",
    ),
    tls: clientTls.optional(),
  })
  .transform(({ timeout, secret, authorization, tls, ...rest }) => ({
    ...rest,
    secret: secret ?? null,
    authorization: authorization ?? null,
    timeoutMs: timeout,
    tls: tls ?? null,
  }))
  .meta({ description: "HTTP POST of the incident object." });
