import { z } from "zod";
import { name, secret } from "../field.ts";
import { url } from "../network.ts";
import { clientTls } from "../tls.ts";
import { allow, asking, targetOf } from "./http-target.ts";

export const webhookSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("webhook"),
    url: url("Where the incident object is posted."),
    secret: secret("Signs each request (Standard Webhooks, `whsec_…`).").optional(),
    previous_secret: secret(
      "The secret before this one: while both are given, each request carries both signatures.",
    ).optional(),
    ...asking("2m", "How long one attempt may take."),
    allow,
    tls: clientTls.optional(),
  })
  .transform(({ secret, previous_secret, ...rest }) => ({
    ...targetOf(rest),
    secret: secret ?? null,
    previousSecret: previous_secret ?? null,
  }))
  .meta({ description: "HTTP POST of the incident object." });
