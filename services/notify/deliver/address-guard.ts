import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/**
 * Where nothing is sent unless the configuration allows it: what is not on the public internet
 * (IANA special-purpose registries, RFC 6890), the metadata service of clouds among it.
 */
const SPECIAL_NETWORKS = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
] as const;

const SPECIAL = blockList(SPECIAL_NETWORKS);

export class AddressGuard {
  readonly #allowed: BlockList;

  /** Networks as `10.1.0.0/16`, or single addresses. */
  constructor(allowed: readonly string[]) {
    this.#allowed = blockList(allowed);
  }

  permits(address: string): boolean {
    const version = isIP(address);
    if (version === 0) return false;
    const family = version === 4 ? "ipv4" : "ipv6";
    return this.#allowed.check(address, family) || !SPECIAL.check(address, family);
  }

  /**
   * The addresses of a host that may be connected to. They, and not the name, are then connected
   * to: a name server that answers differently the next time changes nothing.
   */
  async resolve(host: string): Promise<readonly LookupAddress[]> {
    const family = isIP(host);
    const found = family === 0 ? await lookup(host, { all: true }) : [{ address: host, family }];
    return found.filter(({ address }) => this.permits(address));
  }
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
