import type { Trouble } from "../lib/process/trouble.ts";
import type { ByteSource } from "./byte-source.ts";

/** A source that hands over another one's bytes in its own way. */
export abstract class WrappedSource implements ByteSource {
  protected readonly bytes: ByteSource;

  constructor(bytes: ByteSource) {
    this.bytes = bytes;
  }

  get name(): string {
    return this.bytes.name;
  }

  get sizeBytes(): number | null {
    return this.bytes.sizeBytes;
  }

  get modifiedMs(): number | null {
    return this.bytes.modifiedMs;
  }

  get readBytes(): number {
    return this.bytes.readBytes;
  }

  get trouble(): Trouble | null {
    return this.bytes.trouble;
  }

  abstract read(buffer: Uint8Array, at: number): number | Promise<number>;

  close(): void {
    this.bytes.close();
  }
}
