import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file as a whole; what it held before or what it holds now survives the machine, never
 * a torn mixture. Its folder is made where it is missing.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.next`;
  await mkdir(dirname(path), { recursive: true });
  await writeDurably(next, text);
  await rename(next, path);
  // The rename itself lives in the folder.
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
