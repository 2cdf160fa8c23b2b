const NEWLINE = 0x0a;

/** Lines of a stream that comes in pieces; one that is longer than `lineBytesMax` is left out. */
export class LineSplitter {
  readonly #lineBytesMax: number;
  #rest = new Uint8Array(0);
  #isTooLong = false;
  /** How many were left out. */
  tooLong = 0;

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** The lines that this piece ends, without their newlines. */
  push(piece: Uint8Array): readonly Uint8Array[] {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.#append(piece.subarray(start, end));
      if (this.#isTooLong) this.tooLong += 1;
      else lines.push(this.#rest);
      this.#rest = new Uint8Array(0);
      this.#isTooLong = false;
      start = end + 1;
    }
    this.#append(piece.subarray(start));
    return lines;
  }

  #append(bytes: Uint8Array): void {
    if (this.#isTooLong || this.#rest.length + bytes.length > this.#lineBytesMax) {
      this.#isTooLong = true;
      this.#rest = new Uint8Array(0);
      return;
    }
    const joined = new Uint8Array(this.#rest.length + bytes.length);
    joined.set(this.#rest);
    joined.set(bytes, this.#rest.length);
    this.#rest = joined;
  }
}
