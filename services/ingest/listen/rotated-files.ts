import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LIMITS } from "../limits.ts";
import { FollowedFile } from "./followed-file.ts";
import type { Fingerprint } from "./positions.ts";

/** Rotation adds numbers and dates to a name; compressed files cannot be read on. */
const SUFFIX_LETTERS = new Set("0123456789-._TZ:+");

/**
 * Rotated files of `path` to read before it, oldest first: the one that begins with `head` and is
 * longer than `offset` or ends there, and those written after it. Empty where none does.
 */
export async function findRotated(
  path: string,
  head: Fingerprint,
  offset: number,
): Promise<readonly string[]> {
  if (head.bytes < Math.min(offset, LIMITS.fingerprintBytes) || head.bytes === 0) return [];
  const rotated = await rotatedOf(path);
  for (const [index, candidate] of rotated.entries()) {
    if (await isContinued(candidate, head, offset)) return rotated.slice(index);
  }
  return [];
}

async function isContinued(path: string, head: Fingerprint, offset: number): Promise<boolean> {
  const file = await FollowedFile.open(path).catch(() => null);
  if (file === null) return false;
  try {
    return (await file.size()) >= offset && (await file.beginsWith(head));
  } finally {
    await file.close();
  }
}

/** By the time they were last written, oldest first. */
async function rotatedOf(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const name = basename(path);
  const found: { path: string; writtenMs: number }[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const suffix = entry.name.slice(name.length);
    const isRotated = entry.name.startsWith(name) && suffix !== "" && isRotation(suffix);
    if (!isRotated || !entry.isFile()) continue;
    const candidate = join(folder, entry.name);
    const status = await stat(candidate).catch(() => null);
    if (status !== null) found.push({ path: candidate, writtenMs: status.mtimeMs });
  }
  return found.sort((a, b) => a.writtenMs - b.writtenMs).map((file) => file.path);
}

function isRotation(suffix: string): boolean {
  return Array.from(suffix).every((letter) => SUFFIX_LETTERS.has(letter));
}
