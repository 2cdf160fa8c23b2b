import { assert } from "../lib/domain/assert.ts";

const LINE_BYTES = 95;

/** Limit lines written as bytes, so that millions of them cost nothing beside reading them. */
export class FleetLines {
  readonly bytes: Uint8Array;
  /** End of what has been written. */
  end = 0;
  readonly #capacity: number;

  constructor(lines: number) {
    this.#capacity = lines;
    this.bytes = Buffer.alloc(lines * LINE_BYTES, lineOf(0, 0, 0), "latin1");
  }

  get isFull(): boolean {
    return this.end === this.#capacity * LINE_BYTES;
  }

  clear(): void {
    this.end = 0;
  }

  /** Host `host` of site `site`, in a second of Nov 20; both numbers below 1,000,000. */
  add(site: number, host: number, second: number): void {
    assert(!this.isFull, "the caller looks at isFull");
    const { bytes, end } = this;
    digits(bytes, end + 7, Math.floor(second / 3_600), 2);
    digits(bytes, end + 10, Math.floor(second / 60) % 60, 2);
    digits(bytes, end + 13, second % 60, 2);
    digits(bytes, end + 17, site, 6);
    digits(bytes, end + 24, host, 6);
    this.end += LINE_BYTES;
  }
}

function lineOf(site: number, host: number, second: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const six = (value: number) => String(value).padStart(6, "0");
  const line =
    `Nov 20 00:00:${two(second)} s${six(site)}-${six(host)} kernel: ` +
    "Limiting tcp reset response from 422 to 192 packets/sec\n";
  assert(line.length === LINE_BYTES, "lines are equally long");
  return line;
}

function digits(bytes: Uint8Array, at: number, value: number, count: number): void {
  let rest = value;
  for (let i = at + count - 1; i >= at; i--) {
    bytes[i] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
