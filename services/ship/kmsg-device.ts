import { constants } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { LIMITS } from "./limits.ts";

export const KMSG_PATH = "/dev/kmsg";
const BOOT_ID_PATH = "/proc/sys/kernel/random/boot_id";

/** The ring of kernel messages. Each reader stands at a place of its own, first at the oldest. */
export interface KmsgDevice {
  /** Tells this boot from every other. */
  readonly bootId: string;
  /** Milliseconds since the boot by the clock that comes closest to the kernel's own. */
  uptimeMs(): number;
  /**
   * The next record, valid until the next call; null when there is none now; `overwritten` when
   * the ring came round, and the next call goes on with what is left.
   */
  read(): Promise<Uint8Array | null | "overwritten">;
  close(): Promise<void>;
}

/** Throws what the system says: EACCES, EPERM where this user may not (kernel.dmesg_restrict). */
export async function openKmsg(path = KMSG_PATH): Promise<KmsgDevice> {
  // Blocking, a read would hold a thread of Node for ever, and the process could not end.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const bootId = (await readFile(BOOT_ID_PATH, "utf8")).trim();
  return new KmsgFile(handle, bootId);
}

class KmsgFile implements KmsgDevice {
  readonly bootId: string;
  readonly #handle: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(LIMITS.kmsgRecordBytes);

  constructor(handle: FileHandle, bootId: string) {
    this.#handle = handle;
    this.bootId = bootId;
  }

  uptimeMs(): number {
    return Number(process.hrtime.bigint() / 1_000n) / 1_000;
  }

  async read(): Promise<Uint8Array | null | "overwritten"> {
    try {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, this.#buffer.length, null);
      return bytesRead === 0 ? null : this.#buffer.subarray(0, bytesRead);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === "EAGAIN") return null;
      if (code === "EPIPE") return "overwritten";
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
