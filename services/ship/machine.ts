import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Machine } from "./default-sources.ts";
import { openKmsg } from "./kmsg-device.ts";

/** The machine this runs on; `path` is where commands are looked for, as in PATH. */
export const thisMachine = (path: string): Machine => ({
  platform: process.platform,
  /** Opened, for rights alone do not tell: kernel.dmesg_restrict is asked when it is opened. */
  async canReadKmsg() {
    try {
      await (await openKmsg()).close();
      return true;
    } catch {
      return false;
    }
  },
  async hasJournalctl() {
    for (const folder of path.split(delimiter)) {
      if (folder === "") continue;
      const isThere = access(join(folder, "journalctl"), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (await isThere) return true;
    }
    return false;
  },
});
