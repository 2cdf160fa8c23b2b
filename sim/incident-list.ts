import type { Incident } from "../lib/domain/incident.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { epochMsOfText } from "./utc-time.ts";

/** What a score looks at; whole incidents of contracts.md section 4 are such. */
export type ScoredIncident = Pick<
  Incident,
  "id" | "revision" | "state" | "scope" | "startedAt" | "metAt" | "lastSeenAt"
> & {
  readonly rule: { readonly name: string };
  /** Only what is scored against floods needs it. */
  readonly kind?: Incident["kind"];
  readonly hosts: {
    readonly count: number;
    readonly list: readonly { readonly host: string }[];
    readonly truncated: boolean;
  };
  readonly measure: { readonly offeredPeakPerSecond: number; readonly suppressed: number };
};

/** Reads JSON lines, or one JSON array; blank lines are nothing. */
export function readIncidents(text: string): ScoredIncident[] {
  if (text.trimStart().startsWith("[")) {
    const list = parsed(text, "the array") as unknown[];
    return list.map((value, index) => checked(value, `element ${index + 1}`));
  }
  const incidents: ScoredIncident[] = [];
  text.split("\n").forEach((line, index) => {
    const where = `line ${index + 1}`;
    if (line.trim() !== "") incidents.push(checked(parsed(line, where), where));
  });
  return incidents;
}

/** The list is not one of incidents; the message says where and what. */
function badList(message: string): Trouble {
  return new Trouble(
    "simulate_bad_incident_list",
    message,
    "give the JSON lines that `tidegauge replay` prints, or one JSON array of them",
    EXIT_CODES.usage,
  );
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badList(`${where} is not JSON`);
  }
}

type Shape = "string" | "number" | "boolean" | "time" | "list";

const SHAPES: readonly (readonly [path: string, shape: Shape])[] = [
  ["id", "string"],
  ["revision", "number"],
  ["state", "string"],
  ["rule.name", "string"],
  ["scope.name", "string"],
  ["scope.value", "string"],
  ["startedAt", "time"],
  ["metAt", "time"],
  ["lastSeenAt", "time"],
  ["hosts.count", "number"],
  ["hosts.list", "list"],
  ["hosts.truncated", "boolean"],
  ["measure.offeredPeakPerSecond", "number"],
  ["measure.suppressed", "number"],
];

function checked(value: unknown, where: string): ScoredIncident {
  for (const [path, shape] of SHAPES) {
    if (!fits(at(value, path), shape)) {
      throw badList(`${where}: ${path} is missing or not a ${shape}`);
    }
  }
  return value as ScoredIncident;
}

function at(value: unknown, path: string): unknown {
  let inner = value;
  for (const key of path.split(".")) {
    if (typeof inner !== "object" || inner === null) return undefined;
    inner = (inner as Record<string, unknown>)[key];
  }
  return inner;
}

function fits(value: unknown, shape: Shape): boolean {
  if (shape === "time") return typeof value === "string" && !Number.isNaN(epochMsOfText(value));
  if (shape !== "list") return typeof value === shape;
  return Array.isArray(value) && value.every((host) => typeof at(host, "host") === "string");
}
