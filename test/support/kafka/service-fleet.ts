import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../lib/process/random.ts";
import { freePort, UpProcess, writeConfig } from "../live/up-process.ts";

export interface FleetOptions {
  readonly folder: string;
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly rules: readonly object[];
  /** One process each. */
  readonly services: readonly string[];
}

/** The scopes of simulated fleets. */
export const SCOPES = [
  { name: "site", from: "host", pattern: "^([a-z0-9]+)-" },
  { name: "fleet", from: "all" },
] as const;

const RESTART_MS_MAX = 2_000;

/** Services as processes of their own on one cluster, each in a folder of its own. */
export class ServiceFleet {
  /** Of the first process; every other has one like it. */
  readonly config: string;
  readonly #slots: readonly Slot[];

  private constructor(slots: readonly Slot[]) {
    this.#slots = slots;
    this.config = slots[0]!.config;
  }

  static async start(options: FleetOptions): Promise<ServiceFleet> {
    const { folder, brokers, prefix, rules, services } = options;
    const slots: Slot[] = [];
    for (const [number, service] of services.entries()) {
      const own = join(folder, `${service}-${number}`);
      mkdirSync(own, { recursive: true });
      const config = writeConfig(own, {
        stream: { engine: "kafka", prefix, path: "./data", kafka: { brokers } },
        inputs: [],
        scopes: SCOPES,
        rules,
        sinks: [{ name: "archive", type: "file", path: "./incidents.jsonl" }],
        routes: [{ sinks: ["archive"] }],
      });
      slots.push(new Slot(service, config, await freePort()));
    }
    await Promise.all(slots.map((slot) => slot.start().ready(60_000)));
    return new ServiceFleet(slots);
  }

  /** What each process runs. */
  get services(): readonly string[] {
    return this.#slots.map(({ service }) => service);
  }

  /** The process that runs now. */
  process(number: number): UpProcess {
    return this.#slots[number]!.process;
  }

  /** Kills every process `times` times, spread over so long, and starts each again. */
  async killAll(times: number, withinMs: number, random: Random): Promise<void> {
    const restless = async (slot: Slot): Promise<void> => {
      const lifeMs = withinMs / times;
      for (let kill = 0; kill < times; kill++) {
        const beforeMs = random.below(lifeMs);
        await pause(beforeMs);
        await slot.process.kill();
        const downMs = random.below(RESTART_MS_MAX);
        await pause(downMs);
        slot.start();
        await pause(Math.max(0, lifeMs - beforeMs - downMs));
      }
    };
    await Promise.all(this.#slots.map(restless));
  }

  /** Starts again whatever ends by itself, as a service manager does; how often that was. */
  async supervise(during: Promise<void>): Promise<number> {
    const over = during.then(() => null);
    let restarts = 0;
    const watch = async (slot: Slot): Promise<void> => {
      for (;;) {
        const ended = await Promise.race([over, slot.process.exited]);
        if (ended === null) return;
        restarts += 1;
        await pause(RESTART_MS_MAX);
        slot.start();
      }
    };
    await Promise.all(this.#slots.map(watch));
    return restarts;
  }

  async ready(): Promise<void> {
    await Promise.all(this.#slots.map(({ process }) => process.ready(120_000)));
  }

  /** Ends all of them with SIGTERM; the exit codes. */
  async stop(): Promise<(number | null)[]> {
    const exits = await Promise.all(this.#slots.map(({ process }) => process.stop()));
    return exits.map(({ code }) => code);
  }

  /** However they are: for the end of a test that failed. */
  async kill(): Promise<void> {
    await Promise.all(this.#slots.map(({ process }) => process.kill()));
  }

  /** What all lives of all processes wrote to standard error. */
  get said(): string {
    return this.#slots.map((slot) => slot.said).join("\n");
  }
}

class Slot {
  readonly config: string;
  readonly service: string;
  readonly #healthPort: number;
  readonly #lives: UpProcess[] = [];

  constructor(service: string, config: string, healthPort: number) {
    this.service = service;
    this.config = config;
    this.#healthPort = healthPort;
  }

  get process(): UpProcess {
    return this.#lives.at(-1)!;
  }

  get said(): string {
    return this.#lives.map(({ said }, life) => `== ${this.service} ${life}\n${said}`).join("\n");
  }

  start(): UpProcess {
    const life = new UpProcess(this.config, this.#healthPort, {}, ["run", this.service]);
    this.#lives.push(life);
    return life;
  }
}
