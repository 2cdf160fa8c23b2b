import { COUNTED } from "../lib/domain/counted.ts";

const TITLES = { linux: "Linux", freebsd: "FreeBSD" } as const;

/** docs/counters.md: what each counter that a gauge reads really counts, a table per system. */
export function renderCounted(): string {
  const parts = [
    "# Counters: what each number really counts",
    "",
    "Made from `lib/domain/counted.ts`. What is alike in name is not alike in kind, so a host is",
    "only ever compared with itself. FreeBSD counts no resets sent, and nobody resets received:",
    "segments received are all that a flood of stray ones moves. Counters that are not listed are",
    "kept by name in `observations`, and no rule looks at them.",
  ];
  for (const [os, title] of Object.entries(TITLES)) {
    parts.push("", `## ${title}`, "", "| signal | counter | one step is | source |");
    parts.push("| --- | --- | --- | --- |");
    for (const { gauge, names } of COUNTED) {
      for (const each of names) {
        if (each.os !== os) continue;
        parts.push(`| \`${gauge}\` | \`${each.name}\` | ${each.counts} | ${each.source} |`);
      }
    }
  }
  return `${parts.join("\n")}\n`;
}
