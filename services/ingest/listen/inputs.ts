import type { Readable } from "node:stream";
import type { IdentityRules } from "../../../lib/domain/host-identity.ts";
import { FileTail } from "./file-tail.ts";
import { HecListener } from "./hec-listener.ts";
import type { HecToken } from "./hec-tokens.ts";
import type { Input, InputIdentity, InputWorld } from "./input.ts";
import type { Positions } from "./positions.ts";
import { type ClientTlsFiles, scrapeTls } from "./scrape-tls.ts";
import { Scraper } from "./scraper.ts";
import { StdinInput } from "./stdin-input.ts";
import { StreamListener } from "./stream-listener.ts";
import type { TlsFiles } from "./tls-server.ts";
import { type ListenAddress, UdpListener } from "./udp-listener.ts";

interface Common {
  readonly name: string;
  readonly realm: string;
  readonly keep: "candidates" | "all";
  /** See InputIdentity. */
  readonly zoneName?: string;
}

export interface SyslogSettings extends Common {
  readonly type: "syslog";
  readonly listen: ListenAddress;
  readonly protocols: readonly ("udp" | "tcp" | "tls")[];
  readonly tls: TlsFiles | null;
}

export interface FileSettings extends Common {
  readonly type: "file";
  readonly path: string;
  readonly host: string | null;
  readonly from: "beginning" | "end";
}

export interface StdinSettings extends Common {
  readonly type: "stdin";
  readonly host: string | null;
}

export interface HecSettings extends Common {
  readonly type: "splunk_hec";
  readonly listen: ListenAddress;
  readonly tls: TlsFiles | null;
  readonly tokens: readonly HecToken[];
  readonly ack: boolean;
  readonly queryToken: boolean;
}

export interface ScrapeSettings extends Common {
  readonly type: "scrape";
  /** A file of them. */
  readonly targets: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly tls: ClientTlsFiles | null;
}

/** As lib/config declares them; inputs of type kafka are consumers, not listeners. */
export type InputSettings =
  SyslogSettings | FileSettings | StdinSettings | HecSettings | ScrapeSettings;

export interface InputSurroundings {
  readonly world: InputWorld;
  readonly positions: Positions;
  readonly connectionsMax: number;
  readonly rules: (realm: string) => IdentityRules;
  readonly stdin: Readable;
}

/** The inputs of one configured entry: a syslog entry has one per protocol. */
export function inputsOf(settings: InputSettings, around: InputSurroundings): readonly Input[] {
  const identity = identityOf(settings);
  const { realm } = settings;
  const { world, positions } = around;
  switch (settings.type) {
    case "syslog":
      return settings.protocols.map((protocol) => syslogInput(protocol, settings, around));
    case "file": {
      const { path, host, from } = settings;
      return [new FileTail(world, { identity, path, host, from, positions })];
    }
    case "stdin":
      return [new StdinInput(world, { identity, host: settings.host, stream: around.stdin })];
    case "splunk_hec": {
      const { connectionsMax } = around;
      const rules = around.rules(realm);
      return [new HecListener(world, { ...settings, identity, connectionsMax, rules })];
    }
    case "scrape":
      return [new Scraper(world, { ...settings, identity, tls: scrapeTls(settings.tls) })];
  }
}

function syslogInput(
  protocol: "udp" | "tcp" | "tls",
  settings: SyslogSettings,
  { world, connectionsMax, rules }: InputSurroundings,
): Input {
  const identity = identityOf(settings);
  const { realm, listen, tls } = settings;
  if (protocol === "udp") return new UdpListener(world, identity, listen);
  return new StreamListener(world, {
    identity,
    listen,
    tls: protocol === "tls" ? tls : null,
    connectionsMax,
    rules: rules(realm),
  });
}

function identityOf({ name, realm, keep, zoneName }: Common): InputIdentity {
  return { name, realm, keep, ...(zoneName === undefined ? {} : { zoneName }) };
}
