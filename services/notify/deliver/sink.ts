/**
 * The one port to what is told about incidents. What every adapter promises, held by
 * test/contract/sink.ts:
 *
 * 1. `taken` means that the target has the whole notice; nothing else means it.
 * 2. Whatever the target does, deliver() resolves: in bounded time, with bounded memory.
 * 3. A failed attempt leaves no half notice behind, and the next one may succeed.
 * 4. The same notice may come again; its key is the same, its body too.
 * 5. Aborting ends an attempt soon, with `stopped`, or with what it came to.
 * 6. Text of an incident stays text: no line break, control character or header of its own.
 */
import type { Answer } from "../core/answer.ts";
import type { Keeping } from "../core/pending.ts";
import type { Notice } from "../formats/notice.ts";

export interface Sink {
  readonly name: string;
  /** `newest` for what calls people, `every` for what keeps records. */
  readonly keeping: Keeping;
  /** Makes ready and mends what a crash left; throws trouble that only a person can mend. */
  open(): Promise<void>;
  /** One attempt. One at a time. */
  deliver(notice: Notice, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}
