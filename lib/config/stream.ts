import { z } from "zod";
import { choice, count, list, path, text } from "./field.ts";
import { endpoint } from "./network.ts";
import { clientTls, sasl } from "./tls.ts";

export const brokers = list(
  endpoint("One broker."),
  { min: 1, max: 64 },
  "Brokers to start from; the others are found through them.",
);

const kafka = z
  .strictObject({
    brokers,
    tls: clientTls.optional(),
    sasl: sasl.optional(),
    replication: count(
      { min: 1, max: 9 },
      "Copies of each partition. Default: 3, or 1 on fewer than three brokers.",
    ).optional(),
  })
  .transform(({ tls, sasl, replication, ...rest }) => ({
    ...rest,
    tls: tls ?? null,
    sasl: sasl ?? null,
    replication: replication ?? null,
  }))
  .meta({ description: "The cluster, with `engine: kafka`." });

export const stream = z
  .strictObject({
    engine: choice(
      ["embedded", "kafka", "memory"],
      "Where the log lives: `embedded` in files here, `kafka` on a cluster, `memory` nowhere.",
    ).prefault("embedded"),
    path: path("Folder of the embedded log.").prefault("./data"),
    prefix: text("Goes before the name of every topic of ours.").prefault("tidegauge."),
    kafka: kafka.optional(),
  })
  .transform(({ kafka, ...rest }) => ({ ...rest, kafka: kafka ?? null }))
  .meta({ description: "The log that the services meet in." });
