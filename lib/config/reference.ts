import { z } from "zod";
import { configSchema } from "./config.ts";
import { itemOf, shapeOf, unwrap, variantsOf, type Shape } from "./declaration.ts";

/** docs/configuration.md and docs/tidegauge.schema.json, made from the declaration. */
const INTRODUCTION = `# Configuration

This page is made from the declaration in \`lib/config/\` by \`npm run docs\`.

One YAML file: \`--config\`, else the first of \`./tidegauge.yaml\`,
\`/usr/local/etc/tidegauge/tidegauge.yaml\` and \`/etc/tidegauge/tidegauge.yaml\`; without one the
defaults apply. Paths in the file are relative to the file; defaults and paths from the environment
are relative to where the process starts. \`tidegauge check\` says everything that is wrong with a
file, at once. Examples: [minimal](../examples/config/minimal.yaml),
[full](../examples/config/full.yaml). Editors can use [the JSON Schema](tidegauge.schema.json).

## Environment

Every field can be overridden: \`TIDEGAUGE_\` and the path in capitals with underscores. Items of
lists go by their name, lists of text are separated by commas, and a secret can come from a file:

| variable | sets |
| --- | --- |
| \`TIDEGAUGE_TIME_RETAIN=48h\` | \`time.retain\` |
| \`TIDEGAUGE_RULES_TEN_HOSTS_HOSTS=12\` | \`hosts\` of the rule \`ten-hosts\` |
| \`TIDEGAUGE_SINKS_PAGER_URLS=http://a:9093,http://b:9093\` | \`urls\` of the sink \`pager\` |
| \`TIDEGAUGE_SINKS_HOOK_SECRET_FILE=/run/secrets/hook\` | \`secret\` of the sink \`hook\` |

A variable that begins with \`TIDEGAUGE_\` and names no field is a problem, unless Kubernetes made
it for a service of that name.

Durations are a whole number and a unit (\`500ms\`, \`10s\`, \`5m\`, \`24h\`, \`7d\`), sizes too
(\`512B\`, \`8KiB\`, \`64MiB\`, \`2GiB\`).
`;

interface Row {
  readonly key: string;
  readonly takes: string;
  readonly fallback: string;
  readonly meaning: string;
}

export function renderReference(): string {
  const sections = Object.entries(shapeOf(configSchema) ?? {}).map(([key, schema]) => {
    return [`## \`${key}\``, ...sectionOf(key, schema)].join("\n\n");
  });
  return [INTRODUCTION.trimEnd(), ...sections].join("\n\n").concat("\n");
}

export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, {
    io: "input",
    override: ({ jsonSchema }) => {
      delete jsonSchema["expects"];
      delete jsonSchema["kind"];
    },
  });
  return `${JSON.stringify({ title: "tidegauge configuration", ...schema }, null, 2)}\n`;
}

function sectionOf(key: string, schema: z.core.$ZodType): string[] {
  const { meta, fallback } = unwrap(schema);
  const parts = [meta.description ?? ""];
  const inside = itemOf(schema) ?? schema;
  const variants = variantsOf(inside);
  const shape = shapeOf(inside);
  if (variants !== null) {
    if (hasContent(fallback)) parts.push(`Default: ${code(fallback)}`);
    for (const [name, option] of variants.options) {
      parts.push(`### \`${key}\`: \`${variants.key}: ${name}\``);
      parts.push(unwrap(option).meta.description ?? "");
      parts.push(table(shapeOf(option) ?? {}));
    }
  } else if (shape !== null) {
    parts.push(table(shape));
  } else {
    const { takes, fallback } = rowOf(key, schema);
    parts.push(`Takes ${takes}. Default: ${fallback}.`);
  }
  return parts.filter((part) => part !== "");
}

function table(shape: Shape): string {
  const rows = Object.entries(shape).flatMap(([key, schema]) => rowsOf(key, schema));
  const cells = rows.map(({ key, takes, fallback, meaning }) => {
    return `| \`${key}\` | ${cell(takes)} | ${cell(fallback)} | ${cell(meaning)} |`;
  });
  return ["| key | takes | default | meaning |", "| --- | --- | --- | --- |", ...cells].join("\n");
}

/** A group of keys has a row of its own and one for each key in it. */
function rowsOf(key: string, schema: z.core.$ZodType): Row[] {
  const inner = Object.entries(shapeOf(schema) ?? {});
  const rows = inner.flatMap(([name, field]) => rowsOf(`${key}.${name}`, field));
  return [rowOf(key, schema), ...rows];
}

function rowOf(key: string, schema: z.core.$ZodType): Row {
  const { meta, optional, fallback } = unwrap(schema);
  return {
    key,
    takes: takesOf(schema),
    fallback: hasContent(fallback) ? code(fallback) : optional ? "none" : "required",
    meaning: meta.description ?? "",
  };
}

function takesOf(schema: z.core.$ZodType): string {
  const { meta, schema: inner } = unwrap(schema);
  const { expects, kind } = meta;
  if (expects !== undefined) return kind === "secret" ? `${expects}, never printed` : expects;
  const item = itemOf(schema);
  if (item !== null) return `a list: ${takesOf(item)}`;
  const { def } = (inner as z.core.$ZodTypes)._zod;
  return def.type === "literal" ? code(def.values[0]) : "a group of keys";
}

function hasContent(fallback: unknown): boolean {
  if (fallback === undefined) return false;
  return typeof fallback !== "object" || Object.keys(fallback ?? {}).length > 0;
}

function code(value: unknown): string {
  return `\`${typeof value === "string" && value !== "" ? value : JSON.stringify(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
