import type { Readable } from "node:stream";
import type { Canary } from "../../../lib/domain/canary.ts";
import type { PartContext } from "../../../lib/process/parts.ts";
import type { OutcomeCounts } from "../core/outcome-counts.ts";
import { Framing } from "../envelopes/framing.ts";
import { LIMITS } from "../limits.ts";
import { type Input, type InputIdentity, InputPath, type InputWorld } from "./input.ts";

const FRAMING = {
  octetCounting: false,
  frameBytesMax: LIMITS.fileLineBytesMax,
  countMax: 0,
};

export interface StdinOptions {
  readonly identity: InputIdentity;
  /** Whose the lines are that name no host. */
  readonly host: string | null;
  readonly stream: Readable;
}

/** Lines of a pipe, to its end; whoever writes into it waits while the log is slower. */
export class StdinInput implements Input {
  readonly name: string;
  readonly #world: InputWorld;
  readonly #options: StdinOptions;
  #path: InputPath | null = null;
  #ended: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(world: InputWorld, options: StdinOptions) {
    this.name = options.identity.name;
    this.#world = world;
    this.#options = options;
  }

  get counts(): OutcomeCounts {
    return this.#path!.sieve.counts;
  }

  start({ died }: PartContext): void {
    this.#path = new InputPath(this.#world, this.#options.identity, this.name, died);
    this.#world.events.inputStarted(this.name, "standard input");
    this.#ended = this.#read(this.#path).catch((error: unknown) => {
      // Destroying the stream is how stop() ends the loop.
      if (!this.#isStopped) died(error);
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#options.stream.destroy();
    await Promise.all([this.#ended, this.#path!.close()]);
  }

  inject(canary: Canary, appended: () => void): void {
    this.#path!.inject(canary, appended);
  }

  async #read({ sieve, outbox }: InputPath): Promise<void> {
    const { host, stream } = this.#options;
    const origin = { peer: null, trust: "connected" as const, host };
    const framing = new Framing(FRAMING, (bytes, start, end, excess) =>
      sieve.take(bytes, start, end, excess, origin, null),
    );
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      framing.push(chunk, 0, chunk.length);
      sieve.report();
      await outbox.room();
    }
    framing.finish();
    await this.#path!.flush();
    this.#world.events.inputEnded(this.name);
  }
}
