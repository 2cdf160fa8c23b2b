import { CATALOGUE, type CatalogueGroup } from "./events.ts";
import type { Message } from "./messages.ts";
import type { LabelDomain, Metric } from "./metrics.ts";

/** docs/telemetry.md: every metric and every message, from the catalogue. */
export function renderTelemetry(): string {
  return [PREFACE, ...CATALOGUE.map(groupInWords)].join("\n\n");
}

const PREFACE = `# Telemetry

Made from \`lib/telemetry/events/\` by \`npm run docs\`. Each function there is one thing that
happens: it counts and it logs.

- Metrics are at \`/metrics\` of the health server, as Prometheus text. A label has a closed set of
  values, or holds a name of the configuration (_configured_); no sender can make a new series.
- \`/healthz\` says that the process lives, \`/readyz\` that work moves (503 and the reasons when
  not).
- The log goes to standard error, one JSON object per line: \`time\`, \`level\`, \`message\` and
  the fields. A message that repeats itself is written a few times a minute; \`repeated\` counts
  the rest.
- Secrets are never logged, and addresses and host names never become labels or parts of a
  trace.`;

function groupInWords({ title, metrics, messages }: CatalogueGroup): string {
  const parts = [`## ${title}`];
  if (metrics.length > 0) {
    parts.push(table(["metric", "kind", "labels", "says"], metrics.map(metricRow)));
  }
  if (messages.length > 0) {
    parts.push(table(["level", "message", "means"], messages.map(messageRow)));
  }
  return parts.join("\n\n");
}

function metricRow({ name, kind, labels, text }: Metric): string[] {
  return [`\`${name}\``, kind, Object.entries(labels).map(labelInWords).join("; "), text];
}

function labelInWords([name, domain]: readonly [string, LabelDomain]): string {
  const values = domain === "configured" ? "_configured_" : domain.join(", ");
  return `\`${name}\`: ${values}`;
}

function messageRow({ level, says, text }: Message): string[] {
  return [level, says, text];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map(inCell).join(" | ")} |`).join("\n");
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
