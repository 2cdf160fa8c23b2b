import type { Part, PartContext } from "../../../lib/process/parts.ts";
import type { Clock } from "../../../lib/process/clock.ts";
import type { Log } from "../../../lib/stream/stream.ts";
import type { Codec } from "../../../lib/wire/codec.ts";
import type { OutcomeCounts } from "../core/outcome-counts.ts";
import type { IngestEvents } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { LineSieve } from "./line-sieve.ts";
import { type LineOrigin, LineWriter } from "./line-writer.ts";
import { Outbox } from "./outbox.ts";
import { RejectWriter } from "./reject-writer.ts";

/** Something that lines come from: a listener, a file, standard input. Made, then run as a part. */
export interface Input extends Part {
  /** What came in and where it went; `pass` went on into `lines`. */
  readonly counts: OutcomeCounts;
  /** A line as if it had been read here: a canary that travels the whole way. */
  inject(line: Uint8Array): void;
}

/** A topic of ours and how many partitions it has. */
export interface TopicPlace {
  readonly topic: string;
  readonly partitions: number;
}

/** What every input needs of the process around it. */
export interface InputWorld {
  readonly log: Pick<Log, "append">;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: IngestEvents;
  readonly lines: TopicPlace;
  readonly rejected: TopicPlace;
  /** Name and version of this program, for the records. */
  readonly shipper: string;
}

export interface InputIdentity {
  readonly name: string;
  readonly realm: string;
  readonly keep: "candidates" | "all";
}

/** What came from this process itself. */
const INJECTED: LineOrigin = { peer: null, trust: "connected", host: null };

/** The way of every input into the log: sieve, records, outbox. */
export class InputPath {
  readonly sieve: LineSieve;
  readonly outbox: Outbox;
  readonly #writer: LineWriter;
  readonly #clock: Clock;

  /** `place` is what positions of rejected lines begin with. */
  constructor(
    world: InputWorld,
    { name, realm, keep }: InputIdentity,
    place: string,
    failed: PartContext["died"],
  ) {
    const { log, codec, clock, events, lines, rejected, shipper } = world;
    const outbox = new Outbox({ input: name, log, clock, events, failed });
    const way = { input: name, codec, clock, outbox };
    this.#writer = new LineWriter({ ...way, ...lines, realm, shipper });
    const rejects = new RejectWriter({ ...way, ...rejected, place });
    this.sieve = new LineSieve({ input: name, keep, writer: this.#writer, rejects, events });
    this.outbox = outbox;
    this.#clock = clock;
  }

  inject(line: Uint8Array): void {
    this.sieve.take(line, 0, line.length, 0, INJECTED, null);
    this.sieve.report();
  }

  /** Resolves when every line taken so far is in the log. */
  async flush(): Promise<void> {
    this.#writer.seal();
    this.sieve.report();
    await this.outbox.flush();
  }

  /** The last flush: waits for the log, but not for one that has been out of order for long. */
  async close(): Promise<void> {
    const cancel = this.#clock.after(LIMITS.stopWithinMs, () => this.outbox.giveUp());
    try {
      await this.flush();
    } finally {
      cancel();
    }
  }
}
