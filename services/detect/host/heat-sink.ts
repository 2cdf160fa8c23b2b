import type { CountedName } from "../../../lib/domain/counted.ts";
import type { Fusion } from "../../../lib/domain/fusion.ts";

/** Where hot seconds go. */
export interface HeatSink {
  /** The second of the sample that makes it say something: what it says is of seconds before. */
  sampleSecond: number;
  /** Its row in the batch, and the system whose names its counters have. */
  sampleRow: number;
  sampleOs: CountedName["os"];
  /** The larger of what is known of that second and this. */
  raise(host: number, gauge: number, second: number, offered: number, excess: number): void;
  /** Exactly this; an excess of 0 cools the second. */
  set(host: number, gauge: number, second: number, offered: number, excess: number): void;
  /** Whether a kernel must have written the line of a fusion for that second, at this rate. */
  expectLine(host: number, fusion: Fusion, second: number, rate: number, isDue: boolean): void;
  /** A host has sent a sample of that second; `isFirst` where it had sent none before. */
  sampled(host: number, second: number, isFirst: boolean): void;
  /** What its settings say at that time: which blind spots they decide, and which there are. */
  posture(host: number, second: number, decided: number, blind: number): void;
}
