import type { Socket } from "node:net";
import { Framing } from "../envelopes/framing.ts";
import type { Closing } from "../events.ts";
import { LIMITS } from "../limits.ts";
import type { LineSieve, Speaker } from "./line-sieve.ts";
import type { LineOrigin } from "./line-writer.ts";

const FRAMING = {
  octetCounting: true,
  frameBytesMax: LIMITS.lineBytesMax,
  countMax: LIMITS.octetCountMax,
};

/**
 * One peer of a stream listener: its bytes into frames, and how long it may keep us waiting. Time
 * is
 * counted in sweeps, so that a stepped clock closes nothing.
 */
export class Connection {
  readonly peer: string;
  readonly socket: Socket;
  /** How it ended, or will have ended; until something else happens the peer just leaves. */
  closing: Closing = "peer";
  readonly #sieve: LineSieve;
  readonly #framing: Framing;
  #quietSweeps = 0;
  #sameFrameSweeps = 0;
  #framesSeen = 0;

  constructor(socket: Socket, origin: LineOrigin, speaker: Speaker | null, sieve: LineSieve) {
    this.socket = socket;
    this.peer = origin.peer ?? "";
    this.#sieve = sieve;
    this.#framing = new Framing(FRAMING, (bytes, start, end, excess) =>
      sieve.take(bytes, start, end, excess, origin, speaker),
    );
  }

  push(chunk: Buffer): void {
    this.#quietSweeps = 0;
    this.#framing.push(chunk, 0, chunk.length);
    const { fault } = this.#framing;
    if (fault !== null) this.close(fault);
  }

  close(reason: Closing): void {
    if (this.socket.destroyed) return;
    this.closing = reason;
    this.socket.destroy();
  }

  /** The peer has sent all it wanted: a last line may lack its newline. */
  ended(): void {
    if (this.#framing.finish()) this.#framing.reset();
  }

  /** After its close: what never came to its end is counted. */
  closed(): void {
    const { isMidFrame, unfinishedBytes } = this.#framing;
    if (isMidFrame) this.#sieve.incomplete(unfinishedBytes);
    this.#framing.reset();
  }

  /** A sweep has passed in which we were reading. */
  sweep(): void {
    const { frames, isMidFrame } = this.#framing;
    this.#quietSweeps += 1;
    const isSameFrame = isMidFrame && frames === this.#framesSeen;
    this.#sameFrameSweeps = isSameFrame ? this.#sameFrameSweeps + 1 : 0;
    this.#framesSeen = frames;
    const seconds = LIMITS.sweepEveryMs / 1_000;
    if (this.#sameFrameSweeps * seconds > LIMITS.frameWithinSeconds) this.close("frame_unfinished");
    else if (this.#quietSweeps * seconds > LIMITS.idleSeconds) this.close("idle");
  }
}
