import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { hostIdentity } from "../lib/domain/host-identity.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Answer } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { previewText, type PreviewedHost } from "./scopes-text.ts";
import { formatOf, loadSettings, withConfig, type Settings } from "./settings.ts";

const EXAMPLES = `
Examples:
  $ tidegauge scopes preview
  $ tidegauge scopes preview --hosts fra1-web-001,mail,10.0.0.7
  $ cut -d' ' -f4 /var/log/messages | sort -u | tidegauge scopes preview -
`;

const HOSTS_GIVEN = "give a file of host names, one a line, `-` or --hosts, or an inventory";

interface PreviewFlags {
  readonly hosts?: string;
  readonly realm: string;
}

/** `scopes preview [FILE]`: which host falls into which scope, and which into none. */
export function addScopes(program: Command): void {
  const scopes = program
    .command("scopes")
    .summary("groups of hosts that are watched together")
    .helpCommand(false);
  const command = withConfig(scopes.command("preview"))
    .summary("which host falls into which scope, and which into none")
    .description(
      "Shows for each host which scopes it is in. Without FILE and --hosts the hosts are those " +
        "of the inventory.",
    )
    .argument("[file]", "host names, one a line; - reads standard input")
    .option("--hosts <names>", "host names, separated by commas")
    .option("--realm <realm>", "the realm of the names given", "")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, flags: PreviewFlags) => {
      const settings = loadSettings(command);
      const names = [
        ...(flags.hosts?.split(",") ?? []).map((name) => name.trim()).filter((name) => name !== ""),
        ...(file === undefined ? [] : await readNames(file)),
      ];
      const isGiven = file !== undefined || flags.hosts !== undefined;
      const hosts = isGiven ? previewNames(settings, flags.realm, names) : previewAll(settings);
      if (hosts.length === 0) throw noHosts();
      print(settings, hosts, new Answer(formatOf(command)));
    });
}

async function readNames(file: string): Promise<string[]> {
  const content = file === "-" ? await text(process.stdin) : readFileSync(file, "utf8");
  return content.split("\n").flatMap((line, index) => {
    const name = line.trim();
    if (/\s/.test(name)) throw notAName(file, index + 1);
    return name === "" ? [] : [name];
  });
}

function notAName(file: string, line: number): Trouble {
  const place = `${file === "-" ? "standard input" : file}:${line}`;
  return new Trouble("host_name_bad", `${place}: is not one host name`, HOSTS_GIVEN);
}

function noHosts(): Trouble {
  return new Trouble("hosts_missing", "there is no host to show", HOSTS_GIVEN, EXIT_CODES.usage);
}

function previewNames(
  settings: Settings,
  realm: string,
  names: readonly string[],
): PreviewedHost[] {
  const rules = settings.identityRules(realm);
  const written = new Map<string, string>();
  for (const name of names) {
    const host = hostIdentity(name, rules);
    if (!written.has(host)) written.set(host, name);
  }
  return [...written].map(([host, name]) => preview(settings, realm, host, name));
}

function previewAll(settings: Settings): PreviewedHost[] {
  return settings.inventory.hosts.map(({ realm, host }) => preview(settings, realm, host, host));
}

function preview(settings: Settings, realm: string, host: string, written: string): PreviewedHost {
  return { host, realm, written, scopes: settings.scoping.scopesOf(realm, host) };
}

function print(settings: Settings, hosts: readonly PreviewedHost[], answer: Answer): void {
  const names = settings.scoping.definitions.map((definition) => definition.name);
  if (answer.format === "human") {
    answer.write({}, previewText(names, hosts));
    return;
  }
  for (const { host, realm, written, scopes } of hosts) {
    const entries = names.map((name, index) => [name, scopes[index] ?? null]);
    answer.write({ host, realm, written, scopes: Object.fromEntries(entries) }, null);
  }
}
