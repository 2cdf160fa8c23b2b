import { setTimeout as pause } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { createKafka } from "../../../lib/stream/kafka-client.ts";
import { until } from "../live/up-process.ts";
import { connectionTo } from "../kafka-client.ts";
import type { ServiceFleet } from "./service-fleet.ts";
import { detectorMember } from "./world-again.ts";
import type { WorldLog } from "./world-log.ts";

const LOOK_EVERY_MS = 200;

/** The consumer groups of each service; notify's reads are its own. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  ingest: ["ingest"],
  detect: ["detect.controls", "detect.host", "detect.scope"],
};

export interface PauseReport {
  readonly service: string;
  /** From SIGCONT until every group of the service has all its members again. */
  readonly wholeAfterMs: number;
  /** The longest time in which `tallies` did not grow while the process stood still. */
  readonly stalledMs: number;
}

/** SIGSTOP of one process for so long, then SIGCONT. */
export async function pauseProcess(
  fleet: ServiceFleet,
  number: number,
  log: WorldLog,
  brokers: readonly string[],
  pausedMs: number,
): Promise<PauseReport> {
  const service = fleet.services[number]!;
  const members = fleet.services.filter((each) => each === service).length;
  const admin = createKafka(connectionTo(brokers)).admin();
  await admin.connect();
  const growth = new Growth(log);
  try {
    const groups = (GROUPS[service] ?? []).map((name) => log.prefix + name);
    fleet.process(number).signal("SIGSTOP");
    await growth.watch(pause(pausedMs));
    fleet.process(number).signal("SIGCONT");
    const sinceMs = performance.now();
    await until("whole group", () => isWhole(admin, groups, members));
    const wholeAfterMs = performance.now() - sinceMs;
    return { service, wholeAfterMs, stalledMs: growth.longestMs };
  } finally {
    await admin.disconnect();
  }
}

async function isWhole(admin: Admin, groups: readonly string[], count: number): Promise<boolean> {
  const described = await admin.describeGroups([...groups]);
  return described.groups.every(
    ({ state, members }) => state === "Stable" && members.length === count,
  );
}

export interface StormReport {
  readonly members: number;
  /** The longest time in which `tallies` did not grow. */
  readonly stalledMs: number;
}

/** A member more in the detector's groups, and one fewer, every so often and for so long. */
export async function stormOfMembers(
  fleet: ServiceFleet,
  log: WorldLog,
  brokers: readonly string[],
  { everyMs, forMs }: { readonly everyMs: number; readonly forMs: number },
): Promise<StormReport> {
  const growth = new Growth(log);
  let members = 0;
  const storm = async (): Promise<void> => {
    const untilMs = performance.now() + forMs;
    while (performance.now() < untilMs) {
      const member = await detectorMember(log, fleet.config, brokers);
      members += 1;
      await pause(everyMs);
      await member.stop();
      await pause(everyMs);
    }
  };
  await growth.watch(storm());
  return { members, stalledMs: growth.longestMs };
}

/** How long `tallies` stands still, which a running pipeline never lets it for long. */
class Growth {
  longestMs = 0;
  readonly #log: WorldLog;

  constructor(log: WorldLog) {
    this.#log = log;
  }

  async watch(during: Promise<void>): Promise<void> {
    const ended = during.then(() => true);
    let sinceMs = performance.now();
    let before = await this.#end();
    for (let isOver = false; !isOver;) {
      isOver = await Promise.race([pause(LOOK_EVERY_MS, false), ended]);
      const now = await this.#end();
      this.longestMs = Math.max(this.longestMs, performance.now() - sinceMs);
      if (now > before) sinceMs = performance.now();
      before = now;
    }
  }

  async #end(): Promise<number> {
    const ranges = await this.#log.log.offsets(this.#log.path("tallies"));
    return ranges.reduce((sum, { endOffset }) => sum + endOffset, 0);
  }
}
