import type { Inventory } from "../domain/inventory.ts";
import { createScoping } from "../domain/scoping.ts";
import type { Config } from "./config.ts";
import { formatPath, type Finding } from "./problem.ts";

/** What a configuration may hold, but hardly means. `path` as in the file. */
export interface Warning {
  readonly path: string;
  readonly warning: string;
  readonly remedy: string;
}

/** Words that say what a host does, not where it stands: `web-001` is not at a site `web`. */
const ROLE_WORDS: ReadonlySet<string> = new Set(
  [
    "api app backup cache cdn db dns edge ftp fw gw host kafka ldap lb log mail mx mysql nas node",
    "ns ntp pg postgres proxy redis router server smtp srv static storage switch test vpn vm web",
    "worker www",
  ]
    .join(" ")
    .split(" "),
);

export function findWarnings(config: Config, inventory: Inventory): Warning[] {
  return [
    ...findRouteWarnings(config),
    ...findRealmWarnings(config, inventory),
    ...findScopeWarnings(config, inventory),
  ].map(({ path, problem, remedy }) => ({ path: formatPath(path), warning: problem, remedy }));
}

function findRouteWarnings({ routes, sinks }: Config): Finding[] {
  if (routes.length === 0) return [];
  const findings: Finding[] = [];
  const catchAll = routes.findIndex(
    (route) => !route.continue && Object.values(route.match).every((values) => values === null),
  );
  if (catchAll >= 0 && catchAll < routes.length - 1) {
    findings.push({
      path: ["routes", catchAll + 1],
      problem: `is never reached: routes[${catchAll}] takes everything`,
      remedy: `move it up, or add \`continue: true\` to routes[${catchAll}]`,
    });
  }
  const used = new Set(routes.flatMap((route) => route.sinks));
  for (const [index, sink] of sinks.entries()) {
    if (used.has(sink.name) || sink.type === "heartbeat") continue;
    const problem = `gets nothing: no route names the sink \`${sink.name}\``;
    findings.push({ path: ["sinks", index], problem, remedy: "name it in a route, or remove it" });
  }
  return findings;
}

function findRealmWarnings({ inputs }: Config, { hosts }: Inventory): Finding[] {
  if (hosts.length === 0) return [];
  const known = new Set(hosts.map((host) => host.realm));
  return inputs.flatMap((input, index) => {
    if (known.has(input.realm)) return [];
    const problem = "the inventory has no host of this realm, so it says nothing of this input";
    const remedy = "mind the column `realm` of the inventory";
    return [{ path: ["inputs", index, "realm"], problem, remedy }];
  });
}

function findScopeWarnings({ scopes }: Config, inventory: Inventory): Finding[] {
  if (inventory.hosts.length === 0) return [];
  const scoping = createScoping(scopes, inventory);
  const values = scopes.map(() => new Set<string>());
  for (const { realm, host } of inventory.hosts) {
    for (const [index, value] of scoping.scopesOf(realm, host).entries()) {
      if (value !== null) values[index]?.add(value);
    }
  }
  return scopes.flatMap((scope, index) => {
    const found = [...(values[index] ?? [])].toSorted();
    const remedy = "see `tidegauge scopes preview`";
    if (found.length === 0) {
      return [{ path: ["scopes", index], problem: "no host of the inventory is in it", remedy }];
    }
    const roles = found.filter((value) => ROLE_WORDS.has(value.replace(/\d+$/, "")));
    if (scope.from !== "host" || scope.name === "role" || roles.length * 2 < found.length)
      return [];
    const some = roles.slice(0, 3).join(", ");
    const problem = `its values look like roles, not like places: ${some}`;
    return [{ path: ["scopes", index], problem, remedy }];
  });
}
