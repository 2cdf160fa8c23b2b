import { DROP_REASONS, REJECT_REASONS, type RejectReason } from "./reading.ts";

/** What became of every line of one input: in = pass + drop + reject, always. */
export class OutcomeCounts {
  /** Lines read. */
  lines = 0;
  /** Lines that said something of ours. */
  pass = 0;
  readonly drops: number[] = DROP_REASONS.map(() => 0);
  readonly rejects: number[] = REJECT_REASONS.map(() => 0);
  /** Passed, but nothing says which host, or when: such a fact cannot be placed. */
  withoutHost = 0;
  withoutTime = 0;
  /** Bytes beyond the line cap that were not looked at. */
  excessBytes = 0;

  get dropped(): number {
    return sum(this.drops);
  }

  get rejected(): number {
    return sum(this.rejects);
  }

  rejectedAs(reason: RejectReason): number {
    return this.rejects[REJECT_REASONS.indexOf(reason)]!;
  }

  add(other: OutcomeCounts): void {
    this.lines += other.lines;
    this.pass += other.pass;
    this.withoutHost += other.withoutHost;
    this.withoutTime += other.withoutTime;
    this.excessBytes += other.excessBytes;
    other.drops.forEach((count, reason) => (this.drops[reason]! += count));
    other.rejects.forEach((count, reason) => (this.rejects[reason]! += count));
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
