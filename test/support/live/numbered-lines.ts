/** Limit lines of some hosts that count: the number is what was wanted, and grows with the line. */
export class NumberedLines {
  readonly #hosts: number;
  #written = 0;

  constructor(hosts = 10) {
    this.#hosts = hosts;
  }

  get written(): number {
    return this.#written;
  }

  /** The next `count` lines. */
  next(count: number): string[] {
    return Array.from({ length: count }, () => {
      const number = this.#written++;
      const host = `fra1-web-${number % this.#hosts}`;
      const text = `Limiting tcp reset response from ${number + 200} to 199 packets/sec`;
      return `<13>Nov 20 08:30:00 ${host} kernel: ${text}`;
    });
  }

  /** What is wrong with the lines that came out: one is missing, or a host's are out of order. */
  faultsOf(lines: readonly string[]): string[] {
    const seen = new Set<number>();
    const lastOfHost = new Map<string, number>();
    const faults: string[] = [];
    for (const line of lines) {
      const [, host = "", wanted = ""] = /(fra1-web-\d+) .* from (\d+) to/.exec(line) ?? [];
      const number = Number(wanted) - 200;
      // A repetition may come at any time; only what is new has an order.
      if (seen.has(number)) continue;
      seen.add(number);
      if (number < (lastOfHost.get(host) ?? -1)) faults.push(`${number} of ${host} comes late`);
      lastOfHost.set(host, number);
    }
    for (let number = 0; number < this.#written; number++) {
      if (!seen.has(number)) faults.push(`${number} is missing`);
    }
    return faults;
  }
}
