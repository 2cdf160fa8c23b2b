import { z } from "zod";
import { count, size } from "./field.ts";

export const limits = z
  .strictObject({
    line: size(
      { min: "1KiB", max: "1MiB" },
      "Longest line; the excess is cut and counted.",
    ).prefault("8KiB"),
    hosts: count(
      { min: 1, max: 10_000_000 },
      "Most hosts that are kept; more are counted and shown, not watched.",
    ).prefault(1_000_000),
    connections: count(
      { min: 1, max: 100_000 },
      "Most connections to one listener; the next one is closed and counted.",
    ).prefault(4_096),
    pages_per_minute: count(
      { min: 1, max: 10_000 },
      "Most first notifications of incidents to one sink in a minute; the rest are joined to one.",
    ).prefault(30),
  })
  .transform((limits) => ({
    lineBytes: limits.line,
    hosts: limits.hosts,
    connections: limits.connections,
    pagesPerMinute: limits.pages_per_minute,
  }))
  .meta({ description: "Ceilings. Reaching one is counted and shown." });
