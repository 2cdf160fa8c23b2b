import { isDigit, SPACE } from "../core/bytes.ts";

const NEWLINE = 0x0a;
const ZERO = 0x30;
const LESS = 0x3c;

const AT_START = 0;
const IN_COUNT = 1;
const AFTER_COUNT = 2;
const IN_OCTETS = 3;
const IN_LINE = 4;

/** Why a stream cannot be read on: nothing says where its next frame begins. */
export type FramingFault = "bad_frame" | "frame_too_long";

export interface FramingOptions {
  /** False for files: every line ends at its newline, whatever it begins with. */
  readonly octetCounting: boolean;
  /** A longer frame is cut to this and its excess counted. */
  readonly frameBytesMax: number;
  /** A larger count is a fault: whoever waits for so many bytes waits for nothing. */
  readonly countMax: number;
}

/** Takes a whole frame, without its newline; only good until the call returns. */
export type TakeFrame = (
  bytes: Uint8Array,
  start: number,
  end: number,
  excessBytes: number,
) => void;

/**
 * Frames of syslog over a stream, RFC 6587: octet counting (`86 <13>...`) and lines ended by LF,
 * told per frame. A frame that begins with a count and a blank is counted; any other is a line. A
 * count that nobody can mean (0, leading zeros, too large) is a fault before `<`, and otherwise
 * the beginning of a line. A frame inside one chunk is not copied; what straddles chunks is held,
 * up to the cap.
 */
export class Framing {
  fault: FramingFault | null = null;
  /** Frames given so far: whether one completes is told by its change. */
  frames = 0;
  readonly #options: FramingOptions;
  readonly #take: TakeFrame;
  #state = AT_START;
  #held = new Uint8Array(0);
  #heldLength = 0;
  #excessBytes = 0;
  /** What the count says, then what of it is still to come. */
  #count = 0;
  #isCountCredible = true;
  /** Some senders end a counted frame with a newline too. */
  #mayTrail = false;

  constructor(options: FramingOptions, take: TakeFrame) {
    this.#options = options;
    this.#take = take;
  }

  get isMidFrame(): boolean {
    return this.#state !== AT_START;
  }

  /** Bytes of the unfinished frame, with those that are not kept. */
  get unfinishedBytes(): number {
    return this.#heldLength + this.#excessBytes;
  }

  /** Reads bytes[start, end) up to a fault. */
  push(bytes: Uint8Array, start: number, end: number): void {
    let pos = start;
    while (pos < end && this.fault === null) pos = this.#step(bytes, pos, end);
  }

  /**
   * The stream ended where the sender wanted: the rest of a line is a line. True if all is told.
   */
  finish(): boolean {
    if (this.#state === IN_OCTETS || this.fault !== null) return false;
    if (this.#state !== AT_START) this.#giveHeld();
    return true;
  }

  /** Forgets an unfinished frame. */
  reset(): void {
    this.#state = AT_START;
    this.#clear();
  }

  #step(bytes: Uint8Array, pos: number, end: number): number {
    switch (this.#state) {
      case AT_START:
        return this.#begin(bytes, pos);
      case IN_COUNT:
        return this.#readCount(bytes, pos);
      case AFTER_COUNT:
        return this.#judgeCount(bytes, pos);
      case IN_OCTETS:
        return this.#readOctets(bytes, pos, end);
      default:
        return this.#readLine(bytes, pos, end);
    }
  }

  #begin(bytes: Uint8Array, pos: number): number {
    const mayTrail = this.#mayTrail;
    this.#mayTrail = false;
    if (mayTrail && bytes[pos] === NEWLINE) return pos + 1;
    if (!this.#options.octetCounting || !isDigit(bytes[pos])) {
      this.#state = IN_LINE;
      return pos;
    }
    this.#state = IN_COUNT;
    this.#count = 0;
    this.#isCountCredible = bytes[pos] !== ZERO;
    return pos;
  }

  #readCount(bytes: Uint8Array, pos: number): number {
    const byte = bytes[pos]!;
    if (isDigit(byte)) {
      this.#hold(bytes, pos, pos + 1);
      // Beyond the largest count the number itself no longer matters.
      if (this.#count <= this.#options.countMax) this.#count = this.#count * 10 + byte - ZERO;
      return pos + 1;
    }
    if (byte !== SPACE) {
      this.#state = IN_LINE;
      return pos;
    }
    this.#isCountCredible &&= this.#count <= this.#options.countMax;
    if (this.#isCountCredible) {
      this.#clear();
      this.#state = IN_OCTETS;
    } else {
      this.#hold(bytes, pos, pos + 1);
      this.#state = AFTER_COUNT;
    }
    return pos + 1;
  }

  /** `0 <13>` was meant as a count, `0 errors` was not. */
  #judgeCount(bytes: Uint8Array, pos: number): number {
    if (bytes[pos] !== LESS) this.#state = IN_LINE;
    else this.fault = this.#count > this.#options.countMax ? "frame_too_long" : "bad_frame";
    return pos;
  }

  #readOctets(bytes: Uint8Array, pos: number, end: number): number {
    const stop = Math.min(end, pos + this.#count);
    const isWhole = stop - pos === this.#count;
    if (isWhole && this.unfinishedBytes === 0) this.#give(bytes, pos, stop);
    else this.#hold(bytes, pos, stop);
    this.#count -= stop - pos;
    if (!isWhole) return stop;
    if (this.unfinishedBytes > 0) this.#giveHeld();
    this.#state = AT_START;
    this.#mayTrail = true;
    return stop;
  }

  #readLine(bytes: Uint8Array, pos: number, end: number): number {
    const found = bytes.indexOf(NEWLINE, pos);
    if (found < 0 || found >= end) {
      this.#hold(bytes, pos, end);
      return end;
    }
    if (this.unfinishedBytes === 0) this.#give(bytes, pos, found);
    else {
      this.#hold(bytes, pos, found);
      this.#giveHeld();
    }
    this.#state = AT_START;
    return found + 1;
  }

  #give(bytes: Uint8Array, start: number, end: number): void {
    const cut = Math.min(end, start + this.#options.frameBytesMax);
    this.frames += 1;
    this.#take(bytes, start, cut, end - cut);
  }

  #giveHeld(): void {
    this.frames += 1;
    this.#state = AT_START;
    this.#take(this.#held, 0, this.#heldLength, this.#excessBytes);
    this.#clear();
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    const kept = Math.min(end - start, this.#options.frameBytesMax - this.#heldLength);
    this.#excessBytes += end - start - kept;
    const needed = this.#heldLength + kept;
    if (needed > this.#held.length) {
      const larger = new Uint8Array(Math.max(needed, this.#held.length * 2, 128));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(bytes.subarray(start, start + kept), this.#heldLength);
    this.#heldLength = needed;
  }

  #clear(): void {
    // A long frame is rare; its memory is not kept for thousands of quiet connections.
    if (this.#held.length > 1_024) this.#held = new Uint8Array(0);
    this.#heldLength = 0;
    this.#excessBytes = 0;
  }
}
