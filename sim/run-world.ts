import { SECOND_MS } from "../lib/domain/time.ts";
import { ManualClock } from "../lib/process/manual-clock.ts";
import type { Part } from "../lib/process/parts.ts";
import { seededRandom } from "../lib/process/random.ts";
import { MemoryLog } from "../lib/stream/memory.ts";
import type { Log, NewRecord } from "../lib/stream/stream.ts";
import type { TopicName } from "../lib/wire/topics.ts";
import type { Notify } from "../services/notify/main.ts";
import { FaultyLog } from "./live/faulty-log.ts";
import { Faults } from "./live/faults.ts";
import { deliveryOf } from "./live/kept.ts";
import { Life } from "./live/life.ts";
import { LineAccount } from "./live/line-account.ts";
import { RecordingSink, Target } from "./live/recording-sink.ts";
import { Sender } from "./live/sender.ts";
import { topicSpecs } from "./live/topics.ts";
import { Trace } from "./live/trace.ts";
import { ARCHIVE, detectParts, ingestParts, notifyPart, PAGER } from "./live/wiring.ts";
import type { World } from "./world.ts";

export type Service = "ingest" | "detect" | "notify";

export interface RunOptions {
  /** One line per event. */
  readonly onEvent?: (line: string) => void;
  /** Puts something between a service and its log: a planted bug, for the simulator's own test. */
  readonly around?: (log: Log, service: Service) => Log;
}

/** What a run leaves behind. */
export interface WorldRun {
  readonly world: World;
  readonly log: MemoryLog;
  readonly senders: readonly Sender[];
  readonly targets: readonly Target[];
  readonly account: LineAccount;
  /** Processes that were killed. */
  readonly kills: number;
  /** Processes that ended by themselves, with the reason: there should be none. */
  readonly deaths: readonly string[];
  readonly events: number;
  /** Of everything that happened, in its order and with its bytes. */
  readonly hash: string;
}

/** One process of a service, life after life. */
interface Slot {
  readonly service: Service;
  readonly number: number;
  lives: number;
  current: Life | null;
  notify: Notify | null;
}

/** Runs all services on one log in memory, under one clock and one seed, to a quiet end. */
export async function runWorld(world: World, options: RunOptions = {}): Promise<WorldRun> {
  return new Runner(world, options).run();
}

/** A process that keeps ending by itself is not started for ever. */
const DEATHS_MAX = 3;
const RESTART_MS_MAX = 6_000;
/** How long a process goes on that hung while another took its place. */
const ZOMBIE_MS_MAX = 8_000;
/** After the last fault: for closing, for the last figures, and then for what waits for a sink. */
const QUIET_SECONDS = 200;
const QUIET_STEP_MS = 20_000;
const DRAIN_SECONDS_MAX = 3_600;
const DRAIN_STEP_MS = 15_000;

class Runner {
  readonly #world: World;
  readonly #options: RunOptions;
  readonly #clock: ManualClock;
  readonly #trace: Trace;
  readonly #log: MemoryLog;
  readonly #faults: Faults;
  readonly #account = new LineAccount();
  readonly #targets = [new Target(ARCHIVE, "every"), new Target(PAGER, "newest")];
  readonly #senders: readonly Sender[];
  readonly #slots: readonly Slot[];
  readonly #living = new Set<Life>();
  readonly #zombies = new Set<Life>();
  /** Keys that the ledger holds as sent. */
  readonly #marked = new Set<string>();
  readonly #deaths: string[] = [];
  #kills = 0;

  constructor(world: World, options: RunOptions) {
    this.#world = world;
    this.#options = options;
    this.#clock = new ManualClock(world.startMs);
    this.#trace = new Trace(this.#clock, options.onEvent);
    this.#log = new MemoryLog(this.#clock);
    // Its own numbers: another fault must not make another world.
    this.#faults = new Faults(seededRandom(2 ** 32 + world.seed), world.severity);
    for (const spec of topicSpecs(world)) this.#log.ensure(spec);
    const { ingest, detect } = world.processes;
    this.#slots = [...slots("ingest", ingest), ...slots("detect", detect), ...slots("notify", 1)];
    this.#senders = world.fleet.sites.map((site) => new Sender(`relay ${site}`, this.#trace));
  }

  async run(): Promise<WorldRun> {
    const { healMs, shipments } = this.#world;
    for (const slot of this.#slots) this.#start(slot);
    for (const shipment of shipments) {
      const offer = () => this.#senders[shipment.site]!.offer(shipment);
      this.#clock.after(shipment.atMs - this.#clock.nowMs(), offer);
    }
    await this.#untilMs(healMs, this.#world.paceMs);
    this.#heal();
    await this.#untilMs(healMs + QUIET_SECONDS * SECOND_MS, QUIET_STEP_MS);
    const drainMs = this.#clock.nowMs() + DRAIN_SECONDS_MAX * SECOND_MS;
    while (!this.#isDrained() && this.#clock.nowMs() < drainMs) {
      await this.#untilMs(this.#clock.nowMs() + DRAIN_STEP_MS, DRAIN_STEP_MS);
    }
    const { events } = this.#trace;
    return {
      world: this.#world,
      log: this.#log,
      senders: this.#senders,
      targets: this.#targets,
      account: this.#account,
      kills: this.#kills,
      deaths: this.#deaths,
      events,
      hash: this.#trace.digest(),
    };
  }

  /** Step by step: what fell due happens, then everything that follows from it. */
  async #untilMs(untilMs: number, stepMs: number): Promise<void> {
    while (this.#clock.nowMs() < untilMs) {
      this.#clock.advance(Math.min(stepMs, untilMs - this.#clock.nowMs()));
      await settled();
      if (!this.#faults.betweenSteps()) continue;
      const living = [...this.#living];
      const victim = this.#faults.between(0, living.length);
      // The one behind the last is all of them at once.
      if (victim < living.length) void living[victim]!.kill("between two steps");
      else for (const life of living) void life.kill("together");
    }
  }

  #heal(): void {
    this.#trace.note("faults", "end");
    this.#faults.heal();
    for (const zombie of this.#zombies) void zombie.kill("as a zombie");
  }

  #isDrained(): boolean {
    const lanes = this.#slots.flatMap(({ notify }) => notify?.status() ?? []);
    return lanes.length > 0 && lanes.every(({ pending }) => pending === 0);
  }

  #start(slot: Slot): void {
    const { service, number } = slot;
    const name = `${service}-${number}#${(slot.lives += 1)}`;
    const losesSnapshots = service === "detect" && this.#faults.losesSnapshots();
    this.#trace.note(name, losesSnapshots ? "started without snapshots" : "started");
    const life = new Life(name, this.#log.connect(), losesSnapshots, this.#trace, (dead) =>
      this.#buried(slot, dead),
    );
    slot.current = life;
    this.#living.add(life);
    void this.#startParts(life, this.#partsOf(slot, life));
  }

  async #startParts(life: Life, parts: readonly Part[]): Promise<void> {
    const died = (reason: unknown) => {
      if (life.isDead) return;
      this.#deaths.push(`${life.name} ended by itself: ${String(reason)}`);
      void life.kill("by itself");
    };
    const stopping = new AbortController().signal;
    try {
      for (const part of parts) {
        if (life.isDead) return;
        await part.start({ died, stopping });
      }
    } catch (error) {
      died(error);
    }
  }

  #partsOf(slot: Slot, life: Life): readonly Part[] {
    const world = this.#world;
    const clock = this.#clock;
    const log = this.#logOf(slot, life);
    switch (slot.service) {
      case "ingest":
        return ingestParts({ world, log, clock }, this.#account, (path) => {
          this.#senders.forEach((sender, site) => {
            if (site % world.processes.ingest === slot.number) sender.connect(life, path);
          });
        });
      case "detect":
        return detectParts({ world, log, clock });
      case "notify": {
        const sinks = this.#targets.map(
          (target) => new RecordingSink(target, life, this.#faults, this.#trace),
        );
        slot.notify = notifyPart({ world, log, clock }, sinks, slot.lives);
        return [slot.notify];
      }
    }
  }

  #logOf(slot: Slot, life: Life): Log {
    const log = new FaultyLog({
      life,
      clock: this.#clock,
      faults: this.#faults,
      trace: this.#trace,
      // Two notifiers that overlap may both send: only a crash may repeat, so it never hangs.
      canStall: slot.service !== "notify",
      appended: (topic, records) => this.#appended(topic, records),
      stalled: (hanging, stallMs) => this.#replace(slot, hanging, stallMs),
    });
    return this.#options.around?.(log, slot.service) ?? log;
  }

  #appended(topic: TopicName, records: readonly NewRecord[]): void {
    if (topic !== "deliveries") return;
    for (const { value } of records) {
      if (value === null) continue;
      const { key, state } = deliveryOf(value);
      if (state === "sent") this.#marked.add(key);
    }
  }

  #buried(slot: Slot, life: Life): void {
    this.#kills += 1;
    this.#living.delete(life);
    this.#zombies.delete(life);
    for (const target of this.#targets) target.doubt(life.name, (key) => this.#marked.has(key));
    if (slot.current !== life) return;
    slot.current = null;
    slot.notify = null;
    if (this.#deaths.length >= DEATHS_MAX) return;
    this.#startLater(slot, this.#faults.between(0, RESTART_MS_MAX));
  }

  /** It hangs: another process takes its place, and some time after it wakes up it is ended. */
  #replace(slot: Slot, hanging: Life, stallMs: number): void {
    if (slot.current !== hanging) return;
    slot.current = null;
    this.#zombies.add(hanging);
    this.#startLater(slot, this.#faults.between(0, 2_000));
    const endMs = stallMs + this.#faults.between(500, ZOMBIE_MS_MAX);
    this.#clock.after(endMs, () => void hanging.kill("as a zombie"));
  }

  #startLater(slot: Slot, delayMs: number): void {
    this.#clock.after(delayMs, () => {
      if (slot.current === null) this.#start(slot);
    });
  }
}

function slots(service: Service, count: number): Slot[] {
  return Array.from({ length: count }, (_, number) => {
    return { service, number, lives: 0, current: null, notify: null };
  });
}

/**
 * Everything that needs no time has happened: without sockets and files all that services do
 * between two timers is microtasks, and those end before the next turn of the event loop.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
