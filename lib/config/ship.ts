import { z } from "zod";
import { choice, flag, list, milliseconds, path, size } from "./field.ts";
import { REALM_PATTERN } from "./realm.ts";

/** What stands in a syslog header: printable ASCII without blanks (RFC 5424 section 6.2.4). */
const HOST_PATTERN = /^[!-~]{1,255}$/;

const spool = z
  .strictObject({
    path: path("Folder of the spool, on a local disk.").prefault("./spool"),
    bytes: size(
      { min: "4MiB", max: "1TiB" },
      "What may wait there, about. When it is full the oldest goes first, and is counted.",
    ).prefault("256MiB"),
  })
  .meta({ description: "Where lines wait while the destination is away." });

const hostName = (description: string) =>
  z.string().regex(HOST_PATTERN).meta({ description, expects: "a host name without blanks" });

const namespace = z
  .strictObject({
    host: hostName("What the namespace is called as a host."),
    path: path("Its file, such as `/run/netns/blue`."),
  })
  .meta({ description: "A network namespace of Linux, as a host of its own." });

const samples = z
  .strictObject({
    enabled: flag(
      "Reads the counters of this machine. Default: yes, or no where `inputs` has any.",
    ).optional(),
    interval: milliseconds(
      { min: "100ms", max: "10m" },
      "How often counters are read; `--interval` overrides it.",
    ).prefault("1s"),
    pack_within: milliseconds(
      { min: "0s", max: "5m" },
      "How long samples may wait to share a record: fewer bytes, later alarms.",
    ).prefault("0s"),
    namespaces: list(
      namespace,
      { min: 0, max: 1_000 },
      "Network namespaces that are sampled beside this machine.",
    ).prefault([]),
  })
  .transform(({ enabled, interval, pack_within, namespaces }) => ({
    enabled: enabled ?? null,
    intervalMs: interval,
    packWithinMs: pack_within,
    namespaces,
  }))
  .meta({ description: "Samples of the kernel's counters." });

export const ship = z
  .strictObject({
    host: hostName(
      "Whose this machine's kernel lines and counters are. Default: its host name.",
    ).optional(),
    realm: z
      .string()
      .regex(REALM_PATTERN)
      .meta({
        description: "Realm of this machine.",
        expects: "lower-case letters, digits and dashes, or nothing",
      })
      .prefault(""),
    sources: list(
      choice(["kmsg", "journald", "messages"], "/dev/kmsg, the journal, or /var/log/messages."),
      { min: 0, max: 3 },
      "Kernel logs of this machine. Default: the one that fits the system, or none where " +
        "`inputs` has any.",
    ).optional(),
    samples: samples.prefault({}),
    spool: spool.prefault({}),
  })
  .transform(({ host, sources, ...rest }) => ({
    ...rest,
    host: host ?? null,
    sources: sources ?? null,
  }))
  .meta({ description: "`tidegauge ship`, on a host or as the relay of a site." });
