import { hostIdentity, type IdentityRules, NO_IDENTITY_RULES } from "./host-identity.ts";
import { hashStep, NAME_HASH_SEED, NameTable } from "./name-table.ts";

const NONE = -1;

const encoder = new TextEncoder();

/**
 * Every host of one process: dense ids for identities (realm and name). Spellings are looked up by
 * their bytes, so a known one costs no string; a new one is normalised once.
 */
export class HostDirectory {
  /** Spellings and identities in one table: nearly every host spells its own identity. */
  readonly #names = new NameTable();
  readonly #realms: string[] = [];
  readonly #rules: (realm: string) => IdentityRules;
  /** The host that a name means as a spelling. */
  #hostSpelled = new Int32Array(1_024).fill(NONE);
  /** The one whose identity it is, where it was first met under another spelling: few are. */
  readonly #hostNamed = new Map<number, number>();
  #size = 0;
  /** By host. */
  #nameOf = new Int32Array(1_024);
  #realmOf = new Uint16Array(1_024);

  constructor(rules: (realm: string) => IdentityRules = () => NO_IDENTITY_RULES) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#size;
  }

  /** Ways to write names that were seen: anyone can make up more of them than there are hosts. */
  get spellings(): number {
    return this.#names.size;
  }

  /** A realm's number. */
  realm(name: string): number {
    const known = this.#realms.indexOf(name);
    if (known >= 0) return known;
    this.#realms.push(name);
    return this.#realms.length - 1;
  }

  /** The host spelled in bytes[start, end). */
  idOfBytes(bytes: Uint8Array, start: number, end: number, realm: number): number {
    const spelling = this.#names.intern(bytes, start, end, seedOf(realm));
    const known = spelling < this.#hostSpelled.length ? this.#hostSpelled[spelling]! : NONE;
    return known === NONE ? this.#learn(spelling, realm) : known;
  }

  idOf(realm: string, spelling: string): number {
    return this.idOfName(this.realm(realm), encoder.encode(spelling));
  }

  /** The same for a whole array. */
  idOfName(realm: number, bytes: Uint8Array): number {
    return this.idOfBytes(bytes, 0, bytes.length, realm);
  }

  nameOf(host: number): string {
    return this.#names.nameOf(this.#nameOf[host]!);
  }

  /** The same as UTF-8; good until the next host is added. */
  nameBytesOf(host: number): Uint8Array {
    return this.#names.bytesOf(this.#nameOf[host]!);
  }

  realmOf(host: number): string {
    return this.#realms[this.#realmOf[host]!] ?? "";
  }

  /** How a host is written in an incident: its name, with its realm in front where it has one. */
  labelOf(host: number): string {
    const realm = this.realmOf(host);
    return realm === "" ? this.nameOf(host) : `${realm}/${this.nameOf(host)}`;
  }

  #learn(spelling: number, realm: number): number {
    const realmName = this.#realms[realm] ?? "";
    const text = this.#names.nameOf(spelling);
    const identity = hostIdentity(text, this.#rules(realmName));
    const isOwn = identity === text;
    const name = isOwn ? spelling : this.#names.internText(identity, seedOf(realm));
    const known = this.#named(name);
    const host = known === NONE ? this.#add(name, realm) : known;
    if (known === NONE && !isOwn) this.#hostNamed.set(name, host);
    this.#hostSpelled = withRoom(this.#hostSpelled, spelling);
    this.#hostSpelled[spelling] = host;
    return host;
  }

  /** The host whose identity a name is. */
  #named(name: number): number {
    const spelled = name < this.#hostSpelled.length ? this.#hostSpelled[name]! : NONE;
    const isOwn = spelled !== NONE && this.#nameOf[spelled] === name;
    return isOwn ? spelled : (this.#hostNamed.get(name) ?? NONE);
  }

  #add(name: number, realm: number): number {
    const host = this.#size++;
    this.#nameOf = withRoom(this.#nameOf, host);
    this.#nameOf[host] = name;
    if (host >= this.#realmOf.length) {
      const realms = new Uint16Array(this.#realmOf.length * 2);
      realms.set(this.#realmOf);
      this.#realmOf = realms;
    }
    this.#realmOf[host] = realm;
    return host;
  }
}

/** What the spellings of a realm are hashed from. */
function seedOf(realm: number): number {
  return realm === 0 ? NAME_HASH_SEED : hashStep(NAME_HASH_SEED, realm);
}

function withRoom(array: Int32Array<ArrayBuffer>, index: number): Int32Array<ArrayBuffer> {
  if (index < array.length) return array;
  const larger = new Int32Array(Math.max(array.length * 2, index + 1)).fill(NONE);
  larger.set(array);
  return larger;
}
