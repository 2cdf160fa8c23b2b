import { z } from "zod";
import { name, text } from "../field.ts";
import { brokers } from "../stream.ts";
import { clientTls, sasl } from "../tls.ts";

export const kafkaSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("kafka"),
    topic: text("Topic that gets the incident object as JSON, keyed by incident id."),
    brokers: brokers.optional(),
    tls: clientTls.optional(),
    sasl: sasl.optional(),
  })
  .transform(({ brokers, tls, sasl, ...rest }) => ({
    ...rest,
    brokers: brokers ?? null,
    tls: tls ?? null,
    sasl: sasl ?? null,
  }))
  .meta({ description: "A topic; without `brokers` on the cluster of `stream.kafka`." });
