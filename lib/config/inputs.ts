import { z } from "zod";
import { choice, count, flag, list, milliseconds, name, path, secret, text } from "./field.ts";
import { endpoint, zone } from "./network.ts";
import { REALM_PATTERN } from "./realm.ts";
import { brokers } from "./stream.ts";
import { clientTls, sasl, serverTls } from "./tls.ts";

const common = {
  name: name("Name of the input, in counters and positions."),
  realm: z
    .string()
    .regex(REALM_PATTERN)
    .meta({
      description: "Names a network whose host names are its own; part of a host's identity.",
      expects: "lower-case letters, digits and dashes, or nothing",
    })
    .prefault(""),
  zone: zone("Time zone of times that carry none.").prefault("UTC"),
  keep: choice(
    ["candidates", "all"],
    "Which lines are stored: those that may be ours, or all.",
  ).prefault("candidates"),
};

const from = choice(
  ["beginning", "end"],
  "Where an input starts that was never read before; later it goes on where it stood.",
).prefault("beginning");

const host = text("Host of lines that name none.").optional();

const syslog = z
  .strictObject({
    ...common,
    type: z.literal("syslog"),
    listen: endpoint("Address and port to listen on."),
    protocols: list(
      choice(["udp", "tcp", "tls"], "One protocol."),
      { min: 1, max: 3 },
      "Protocols on that port. UDP and TCP acknowledge nothing: what is lost there is counted.",
    ).prefault(["udp", "tcp"]),
    tls: serverTls.optional(),
  })
  .transform(({ tls, ...rest }) => ({ ...rest, tls: tls ?? null }))
  .meta({ description: "Syslog listener, RFC 3164 and RFC 5424." });

const file = z
  .strictObject({
    ...common,
    type: z.literal("file"),
    path: path("File to follow, also through rotation."),
    host,
    from,
  })
  .transform(({ host, ...rest }) => ({ ...rest, host: host ?? null }))
  .meta({ description: "A log file that is followed." });

const stdin = z
  .strictObject({ ...common, type: z.literal("stdin"), host })
  .transform(({ host, ...rest }) => ({ ...rest, host: host ?? null }))
  .meta({ description: "Standard input, to its end." });

const token = z
  .strictObject({
    name: name("Name of the token; channels of one are not those of another."),
    value: secret("What senders show."),
  })
  .meta({ description: "A token and what it is called." });

const splunkHec = z
  .strictObject({
    ...common,
    type: z.literal("splunk_hec"),
    listen: endpoint("Address and port to listen on; Splunk's is 8088."),
    tls: serverTls.optional(),
    token: secret("What senders show; with several use `tokens`.").optional(),
    tokens: list(token, { min: 1, max: 256 }, "Several tokens, by name.").optional(),
    ack: flag(
      "Indexer acknowledgement: senders are answered at once and ask later what is stored. " +
        "Without it the answer itself says that it is.",
    ).prefault(false),
    query_token: flag("Takes tokens from `?token=` too, where logs of proxies keep them.").prefault(
      false,
    ),
  })
  .transform(({ tls, token, tokens, query_token, ...rest }) => ({
    ...rest,
    tls: tls ?? null,
    tokens: tokens ?? (token === undefined ? [] : [{ name: "default", value: token }]),
    queryToken: query_token,
  }))
  .meta({ description: "Inlet for shippers that speak Splunk's HTTP Event Collector." });

const kafka = z
  .strictObject({
    ...common,
    type: z.literal("kafka"),
    topics: list(text("One topic."), { min: 1, max: 256 }, "Topics that others write."),
    format: choice(
      ["auto", "text", "json", "otlp", "influx", "avro"],
      "What the records hold; `auto` tells it by content.",
    ).prefault("auto"),
    brokers: brokers.optional(),
    tls: clientTls.optional(),
    sasl: sasl.optional(),
    from,
  })
  .transform(({ brokers, tls, sasl, ...rest }) => ({
    ...rest,
    brokers: brokers ?? null,
    tls: tls ?? null,
    sasl: sasl ?? null,
  }))
  .meta({ description: "Topics of a cluster; without `brokers` that of `stream.kafka`." });

const scrape = z
  .strictObject({
    name: common.name,
    realm: common.realm,
    type: z.literal("scrape"),
    targets: path(
      "File of targets: a line `URL` or `URL HOST` each, or Prometheus's JSON (file_sd). " +
        "It is read again when it changes.",
    ),
    interval: milliseconds(
      { min: "1s", max: "1h" },
      "How often each target is asked; targets are spread over it.",
    ).prefault("10s"),
    timeout: milliseconds(
      { min: "100ms", max: "1m" },
      "From the question to the end of the answer.",
    ).prefault("5s"),
    concurrency: count({ min: 1, max: 1_024 }, "Most targets that are asked at once.").prefault(64),
    tls: clientTls.optional(),
  })
  .transform(({ interval, timeout, tls, ...rest }) => ({
    ...rest,
    intervalMs: interval,
    timeoutMs: timeout,
    tls: tls ?? null,
    // Of an answer nothing is a line, and its times have a zone.
    zone: "UTC",
    keep: "candidates" as const,
  }))
  .meta({ description: "Counters of node_exporter and of Netdata, asked for over HTTP." });

export const inputs = list(
  z.discriminatedUnion("type", [syslog, splunkHec, file, stdin, kafka, scrape]),
  { min: 0, max: 256 },
  "Where lines and samples come from.",
).prefault([]);
