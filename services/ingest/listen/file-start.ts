import { LIMITS } from "../limits.ts";
import { EMPTY_HEAD, FollowedFile } from "./followed-file.ts";
import type { Fingerprint, Remembered } from "./positions.ts";
import { findRotated } from "./rotated-files.ts";

const NEWLINE = 0x0a;

/** Where reading goes on, and which rotated files come before the one of that name. */
export interface FileStart {
  readonly file: FollowedFile;
  readonly head: Fingerprint;
  readonly offset: number;
  readonly before: readonly string[];
}

/**
 * `none`: the file begins at byte 0 once it is there. `lost`: so it does, and something is gone.
 */
export type StartFound = FileStart | "none" | "lost";

/** Where an input goes on that stood at `remembered`. Throws what the file system says. */
export async function findStart(
  path: string,
  from: "beginning" | "end",
  remembered: Remembered,
): Promise<StartFound> {
  if (remembered === "never") return from === "end" ? startAtEnd(path) : "none";
  // After a damaged position all is read again: repetition is harmless, a gap is not.
  if (remembered === "damaged") return "none";
  const { head, offset } = remembered;
  const file = await FollowedFile.openIfThere(path);
  if (file !== null) {
    if ((await file.size()) >= offset && (await file.beginsWith(head))) {
      return { file, head, offset, before: [] };
    }
    await file.close();
  }
  return startInRotated(path, head, offset);
}

/** The file we stood in has another name by now, or is a copy of what was truncated, or is gone. */
export async function startInRotated(
  path: string,
  head: Fingerprint,
  offset: number,
): Promise<StartFound> {
  const [first, ...before] = await findRotated(path, head, offset);
  const file = first === undefined ? null : await FollowedFile.openIfThere(first);
  if (file !== null) return { file, head, offset, before };
  return offset > 0 ? "lost" : "none";
}

/** Behind the last whole line: one that is being written is read once it is finished. */
async function startAtEnd(path: string): Promise<StartFound> {
  const file = await FollowedFile.openIfThere(path);
  if (file === null) return "none";
  const size = await file.size();
  const from = Math.max(0, size - LIMITS.lineBytesMax);
  const block = Buffer.alloc(size - from);
  const length = await file.read(block, from);
  const newline = block.subarray(0, length).lastIndexOf(NEWLINE);
  const offset = newline < 0 ? from : from + newline + 1;
  const head = offset === 0 ? EMPTY_HEAD : await file.head(LIMITS.fingerprintBytes);
  return { file, head, offset, before: [] };
}
