import type { Canary } from "../../../lib/domain/canary.ts";
import type { Part, PartContext } from "../../../lib/process/parts.ts";
import type { Clock } from "../../../lib/process/clock.ts";
import type { Log } from "../../../lib/stream/stream.ts";
import type { Codec } from "../../../lib/wire/codec.ts";
import type { OutcomeCounts } from "../core/outcome-counts.ts";
import type { IngestEvents } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { LineSieve } from "./line-sieve.ts";
import { LineWriter } from "./line-writer.ts";
import { Outbox } from "./outbox.ts";
import { RejectWriter } from "./reject-writer.ts";

/** Something that lines come from: a listener, a file, standard input. Made, then run as a part. */
export interface Input extends Part {
  /** What came in and where it went; `pass` went on into `lines`. */
  readonly counts: OutcomeCounts;
  /** Sends a canary on behind the reader; `appended` is called when it is in the log. */
  inject(canary: Canary, appended: () => void): void;
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
  /** Where scrapers write. */
  readonly samples?: TopicPlace;
  readonly rejected: TopicPlace;
  /** Name and version of this program, for the records. */
  readonly shipper: string;
}

export interface InputIdentity {
  readonly name: string;
  readonly realm: string;
  readonly keep: "candidates" | "all";
  /** IANA name, where whoever reads the lines later does not know this input. */
  readonly zoneName?: string;
}

/** The way of every input into the log: sieve, records, outbox. */
export class InputPath {
  readonly sieve: LineSieve;
  readonly outbox: Outbox;
  readonly #writer: LineWriter;
  readonly #clock: Clock;

  /** `place` is what positions of rejected lines begin with. */
  constructor(
    world: InputWorld,
    { name, realm, keep, zoneName }: InputIdentity,
    place: string,
    failed: PartContext["died"],
  ) {
    const { log, codec, clock, events, lines, rejected, shipper } = world;
    const outbox = new Outbox({ input: name, log, clock, events, failed });
    const way = { input: name, codec, clock, outbox };
    this.#writer = new LineWriter({
      ...way,
      ...lines,
      realm,
      shipper,
      ...(zoneName === undefined ? {} : { zoneName }),
    });
    const rejects = new RejectWriter({ ...way, ...rejected, place });
    this.sieve = new LineSieve({ input: name, keep, writer: this.#writer, rejects, events });
    this.outbox = outbox;
    this.#clock = clock;
  }

  /** Past the sieve, which counts what strangers send. What is behind the log need not wait. */
  inject(canary: Canary, appended: () => void): void {
    if (this.outbox.hasRoom) this.#writer.addCanary(canary, appended);
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
