import { LIMITS } from "../limits.ts";

/** Who is asked for counters. */
export interface ScrapeTarget {
  /** Whole, with its path. */
  readonly url: string;
  /** Whose the counters are; null where the answer says so, or else the address. */
  readonly host: string | null;
}

export interface TargetList {
  readonly targets: readonly ScrapeTarget[];
  /** Entries that are no target. */
  readonly bad: number;
}

const PATH = "/metrics";

/**
 * A list of targets: lines of `URL` or `URL HOST`, where `host:9100` stands for
 * `http://host:9100/metrics` and `#` begins a comment; or the JSON that Prometheus discovers
 * targets in (file_sd_config), whose labels `__scheme__`, `__metrics_path__` and `host` count here.
 */
export function readTargets(text: string): TargetList {
  const groups = text.trimStart().startsWith("[") ? parsedGroups(text) : null;
  const found = groups === null ? ofLines(text) : groups.flatMap(ofGroup);
  const targets = new Map<string, ScrapeTarget>();
  for (const target of found) {
    if (target !== null && targets.size < LIMITS.targetsMax) targets.set(target.url, target);
  }
  return { targets: [...targets.values()], bad: found.filter((each) => each === null).length };
}

function ofLines(text: string): readonly (ScrapeTarget | null)[] {
  return text.split("\n").flatMap((line) => {
    const [address = "", host = null, ...rest] = line.trim().split(/\s+/);
    if (address === "" || address.startsWith("#")) return [];
    return rest.length > 0 ? [null] : [targetOf(address, host)];
  });
}

/** Throws where it is no JSON: then the targets that are known stay. */
function parsedGroups(text: string): readonly unknown[] {
  return JSON.parse(text) as readonly unknown[];
}

function ofGroup(group: unknown): readonly (ScrapeTarget | null)[] {
  const { targets, labels } = (group ?? {}) as { targets?: unknown; labels?: unknown };
  if (!Array.isArray(targets)) return [null];
  const { __scheme__, __metrics_path__, host } = (labels ?? {}) as Record<string, unknown>;
  const scheme = typeof __scheme__ === "string" ? __scheme__ : "http";
  const path = typeof __metrics_path__ === "string" ? __metrics_path__ : PATH;
  const owner = typeof host === "string" ? host : null;
  return targets.map((each) =>
    typeof each === "string" ? targetOf(`${scheme}://${each}${path}`, owner) : null,
  );
}

function targetOf(address: string, host: string | null): ScrapeTarget | null {
  const text = address.includes("://") ? address : `http://${address}${PATH}`;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  return isHttp && url.hostname !== "" ? { url: url.href, host } : null;
}
