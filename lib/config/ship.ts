import { z } from "zod";
import { choice, list, path, size } from "./field.ts";
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

export const ship = z
  .strictObject({
    host: z
      .string()
      .regex(HOST_PATTERN)
      .meta({
        description: "Whose this machine's kernel lines are. Default: its host name.",
        expects: "a host name without blanks",
      })
      .optional(),
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
    spool: spool.prefault({}),
  })
  .transform(({ host, sources, ...rest }) => ({
    ...rest,
    host: host ?? null,
    sources: sources ?? null,
  }))
  .meta({ description: "`tidegauge ship`, on a host or as the relay of a site." });
