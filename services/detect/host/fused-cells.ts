import { type Fusion, FUSED_MASK, fusionOf } from "../../../lib/domain/fusion.ts";
import { GAUGES, LINE_MISSING_GAUGE } from "../../../lib/domain/gauge.ts";
import type { HostTracks } from "./host-tracks.ts";
import { NO_TRACK } from "./track-cells.ts";
import { type Tracks } from "./tracks.ts";

/** How much more, or less, a host wanted and was refused in one second. */
export interface Growth {
  offered: number;
  suppressed: number;
}

/**
 * A line and a counter that tell of the same packets are one gauge: above the limit the line
 * speaks, below it the counter, and neither is added to the other.
 */
export class FusedCells {
  readonly #hosts: HostTracks;
  readonly #growth: Growth = { offered: 0, suppressed: 0 };

  constructor(hosts: HostTracks) {
    this.#hosts = hosts;
  }

  /** Whether a mask holds both parts of the gauge's fusion. */
  isWhole(gauge: number, gaugeMask: number): boolean {
    const fusion = fusionOf(gauge);
    if (fusion === null) return false;
    const both = (1 << GAUGES.indexOf(fusion.line)) | (1 << GAUGES.indexOf(fusion.counter));
    return (gaugeMask & both) === both;
  }

  /**
   * What the host's total grows by where the cell of `gauge` grew by so much. The answer is good
   * until the next call.
   */
  growth(host: number, gauge: number, second: number, offered: number, suppressed: number): Growth {
    const growth = this.#growth;
    growth.offered = offered;
    growth.suppressed = suppressed;
    const fusion = fusionOf(gauge);
    if (fusion === null) return growth;
    const isLine = GAUGES[gauge] === fusion.line;
    const other = this.#cell(host, isLine ? fusion.counter : fusion.line, second);
    if (other.suppressed === 0) return growth;
    if (!isLine) {
      // The line has spoken for this second already.
      growth.offered = 0;
      growth.suppressed = 0;
      return growth;
    }
    const own = this.#cell(host, fusion.line, second);
    const hadSpoken = own.suppressed - suppressed > 0;
    if (hadSpoken || own.suppressed === 0) return growth;
    growth.offered -= other.offered;
    growth.suppressed -= other.suppressed;
    return growth;
  }

  /** What a counter says in [from, to] of seconds for which its line has spoken too. */
  spokenFor(host: number, gauge: number, gaugeMask: number, from: number, to: number): number {
    const fusion = fusionOf(gauge);
    if (fusion === null || GAUGES[gauge] !== fusion.counter) return 0;
    if (!this.isWhole(gauge, gaugeMask)) return 0;
    const own = this.#hosts.find(host, gauge);
    const line = this.#hosts.find(host, GAUGES.indexOf(fusion.line));
    if (own === NO_TRACK || line === NO_TRACK) return 0;
    const { tracks } = this.#hosts;
    let spoken = 0;
    tracks.visit(line, from, to, (second, _offered, suppressed) => {
      if (suppressed > 0) spoken += tracks.cell(own, second)?.suppressed ?? 0;
    });
    return spoken;
  }

  /** Whether that is a counter, and its line has spoken for the second. */
  speaksFor(host: number, gauge: number, gaugeMask: number, second: number): boolean {
    const fusion = ((FUSED_MASK >>> gauge) & 1) === 0 ? null : fusionOf(gauge);
    if (fusion === null || GAUGES[gauge] !== fusion.counter) return false;
    return this.isWhole(gauge, gaugeMask) && this.#cell(host, fusion.line, second).suppressed > 0;
  }

  /** Whether the line of a fusion is there for that second. */
  hasLine(host: number, { line, toleranceSeconds }: Fusion, second: number): boolean {
    const track = this.#hosts.find(host, GAUGES.indexOf(line));
    if (track === NO_TRACK) return false;
    const { tracks } = this.#hosts;
    tracks.findNeighbours(track, second + toleranceSeconds + 1);
    return tracks.hotBefore >= second - toleranceSeconds;
  }

  /** The seconds for which a line was missing that one at `second` now answers for. */
  answered(host: number, gauge: number, second: number): readonly number[] {
    const fusion = fusionOf(gauge);
    if (fusion === null || GAUGES[gauge] !== fusion.line) return [];
    const track = this.#hosts.find(host, LINE_MISSING_GAUGE);
    if (track === NO_TRACK) return [];
    const found: number[] = [];
    const { toleranceSeconds } = fusion;
    const [from, to] = [second - toleranceSeconds, second + toleranceSeconds];
    this.#hosts.tracks.visit(track, from, to, (missing, _offered, suppressed) => {
      if (suppressed > 0) found.push(missing);
    });
    return found;
  }

  #cell(host: number, gauge: (typeof GAUGES)[number], second: number): ReturnOf {
    const track = this.#hosts.find(host, GAUGES.indexOf(gauge));
    return (track === NO_TRACK ? null : this.#hosts.tracks.cell(track, second)) ?? NOTHING;
  }
}

type ReturnOf = NonNullable<ReturnType<Tracks["cell"]>>;

const NOTHING: ReturnOf = { offered: 0, suppressed: 0 };
