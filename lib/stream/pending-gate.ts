import { StreamError } from "./stream-error.ts";

/** Bounds what waits for the disk: bytes on their way, and callers that wait for their turn. */
export class PendingGate {
  readonly #bytesMax: number;
  readonly #waitingMax: number;
  #bytes = 0;
  #idle: (() => void)[] = [];
  #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  constructor(bytesMax: number, waitingMax: number) {
    this.#bytesMax = bytesMax;
    this.#waitingMax = waitingMax;
  }

  /** Null lets in at once, else in the order of the calls. One alone may be above the bound. */
  enter(bytes: number): Promise<void> | null {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#bytes += bytes;
      return null;
    }
    if (this.#waiting.length >= this.#waitingMax) {
      throw new StreamError("log_busy", `${this.#waiting.length} appends wait for the disk`);
    }
    return new Promise((enter) => this.#waiting.push({ bytes, enter }));
  }

  /** Resolves when nothing is on its way and nobody waits. */
  async drained(): Promise<void> {
    while (this.#bytes > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  leave(bytes: number): void {
    this.#bytes -= bytes;
    let next = this.#waiting[0];
    while (next !== undefined && this.#fits(next.bytes)) {
      this.#bytes += next.bytes;
      this.#waiting.shift();
      next.enter();
      next = this.#waiting[0];
    }
    if (this.#bytes === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #fits(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= this.#bytesMax;
  }
}
