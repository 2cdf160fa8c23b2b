import { GAUGES } from "../../lib/domain/gauge.ts";
import { seededRandom, type Random } from "../../lib/process/random.ts";
import { buildFleet, type Fleet } from "../fleet.ts";
import { drawAllowed, drawCalmOffered, drawOffered, limitText, otherGauge } from "../kernel.ts";
import { timeText } from "../log-line.ts";
import { noiseText } from "../noise.ts";
import type { DraftLine } from "../scenarios.ts";
import { type Scene, Scenes } from "./scenes.ts";

/** In every host and site name, so in every title: nobody may take the demo for real. */
export const DEMO_PREFIX = "demo";

const SITES = 3;
const HOSTS_PER_SITE = 20;
/** A quiet fleet still logs; more would only scroll by. */
const NOISE_PER_SECOND = 25;

/** kern.notice, as the FreeBSD kernel logs its limiter, and auth.info for all else (RFC 3164). */
const KERNEL_NOTICE = "<5>";
const AUTH_INFO = "<38>";

export interface DemoSecond {
  /** A scene that begins in this second. */
  readonly scene: Scene | null;
  /** RFC 3164 with PRI, without a line end. */
  readonly lines: readonly string[];
}

/** What the demo fleet writes, second by second: a pure function of the seed and the start. */
export class DemoScript {
  readonly fleet: Fleet;
  readonly #random: Random;
  readonly #scenes: Scenes;
  #planned: readonly DraftLine[] = [];

  constructor(seed: number, startSecond: number) {
    this.#random = seededRandom(seed);
    this.fleet = buildFleet(this.#random, SITES, HOSTS_PER_SITE, DEMO_PREFIX);
    this.#scenes = new Scenes(this.fleet, seededRandom(seed + 1), startSecond);
  }

  /** Each second once, in order. */
  play(second: number): DemoSecond {
    const begun = this.#scenes.begin(second);
    if (begun !== null) this.#planned = begun.lines;
    const due = this.#planned.filter((line) => line.second === second);
    const lines = [...due.map((line) => this.#limitLine(line)), ...this.#background(second)];
    return { scene: begun?.scene ?? null, lines };
  }

  /** Words of daemons, and now and then one host at a limit: nothing that many hosts do at once. */
  #background(second: number): string[] {
    const random = this.#random;
    const { hosts } = this.fleet;
    const lines = Array.from({ length: random.below(2 * NOISE_PER_SECOND) }, () => {
      const host = random.pick(hosts);
      return `${AUTH_INFO}${timeText(second)} ${host.name} ${noiseText(random.below(2 ** 32))}`;
    });
    if (!random.chance(0.5)) return lines;
    const number = random.below(hosts.length);
    const host = hosts[number]!;
    const allowed = drawAllowed(random, host);
    const isCalm = random.chance(0.5);
    const line = {
      second,
      host: number,
      gauge: isCalm ? ("tcp_reset" as const) : otherGauge(random, host.era),
      offered: isCalm ? drawCalmOffered(random, allowed) : drawOffered(random, allowed),
      allowed,
    };
    return [...lines, this.#limitLine(line)];
  }

  #limitLine({ second, host, gauge, offered, allowed }: DraftLine): string {
    const { name, era } = this.fleet.hosts[host]!;
    const text = limitText(GAUGES.indexOf(gauge), offered, allowed, era);
    return `${KERNEL_NOTICE}${timeText(second)} ${name} kernel: ${text}`;
  }
}
