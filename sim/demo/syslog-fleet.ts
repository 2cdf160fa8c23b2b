import dgram from "node:dgram";
import { lookup } from "node:dns/promises";
import type { Clock } from "../../lib/process/clock.ts";
import { EXIT_CODES } from "../../lib/process/exit-code.ts";
import type { Part, PartContext } from "../../lib/process/parts.ts";
import { Trouble } from "../../lib/process/trouble.ts";
import type { DemoScript } from "./script.ts";
import type { Scene } from "./scenes.ts";

export interface SyslogFleetOptions {
  readonly clock: Clock;
  readonly script: DemoScript;
  /** A name or an address. Default 127.0.0.1. */
  readonly host?: string;
  readonly port: number;
  /** A scene begins with the lines that are sent now. */
  readonly onScene: (scene: Scene) => void;
}

const LOOPBACK = "127.0.0.1";

/** Short enough that the lines of a second come spread over it. */
const STEP_MS = 100;

/** A machine that slept goes on with what is now instead of sending its sleep in one go. */
const BEHIND_SECONDS_MAX = 5;

/** The demo fleet in real time: RFC 3164 over UDP, a datagram a line, as syslogd sends it. */
export class SyslogFleet implements Part {
  readonly name = "demo fleet";
  readonly #options: SyslogFleetOptions;
  #socket: dgram.Socket | null = null;
  #address = LOOPBACK;
  #cancel: () => void = () => {};
  #playedSecond = Number.NaN;
  #waiting: string[] = [];
  #perStep = 0;

  constructor(options: SyslogFleetOptions) {
    this.#options = options;
  }

  async start({ died }: PartContext): Promise<void> {
    const { address, family } = await addressOf(this.#options.host ?? LOOPBACK);
    this.#address = address;
    this.#socket = dgram.createSocket(family === 6 ? "udp6" : "udp4");
    this.#socket.on("error", died);
    this.#playedSecond = this.#second() - 1;
    this.#step();
  }

  async stop(): Promise<void> {
    this.#cancel();
    const socket = this.#socket;
    if (socket !== null) await new Promise<void>((resolve) => void socket.close(resolve));
  }

  #step(): void {
    const nowSecond = this.#second();
    const first = Math.max(this.#playedSecond + 1, nowSecond - BEHIND_SECONDS_MAX);
    for (let second = first; second <= nowSecond; second += 1) this.#play(second);
    for (const line of this.#waiting.splice(0, this.#perStep)) {
      this.#socket!.send(line, this.#options.port, this.#address);
    }
    this.#cancel = this.#options.clock.after(STEP_MS, () => this.#step());
  }

  #play(second: number): void {
    const { scene, lines } = this.#options.script.play(second);
    if (scene !== null) this.#options.onScene(scene);
    this.#waiting.push(...lines);
    this.#perStep = Math.ceil((this.#waiting.length * STEP_MS) / 1_000) + 1;
    this.#playedSecond = second;
  }

  #second(): number {
    return Math.floor(this.#options.clock.nowMs() / 1_000);
  }
}

/** Once: a name that is looked up for every datagram would be asked for thousands of times. */
async function addressOf(host: string): Promise<{ address: string; family: number }> {
  try {
    return await lookup(host);
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const remedy = "check the name, and that its machine is up";
    throw new Trouble("host_not_found", `${host}: ${code}`, remedy, EXIT_CODES.tryAgain);
  }
}
