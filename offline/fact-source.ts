import type { FactBatch } from "../lib/domain/fact-batch.ts";

/** Facts of one file, in the order of its lines, a batch at a time. */
export interface FactSource {
  readonly name: string;
  /** The next batch, good until the next call; null at the end. Never an empty batch. */
  next(): FactBatch | null | Promise<FactBatch | null>;
}
