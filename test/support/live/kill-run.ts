import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../lib/process/random.ts";
import { runTidegauge } from "../run-tidegauge.ts";
import { CALM_OFFERED, FLOOD_RULE, FloodScript } from "./flood-script.ts";
import { writeKeptLines } from "./kept-lines.ts";
import { TcpSender } from "./tcp-sender.ts";
import { freePort, until, UpProcess, writeConfig } from "./up-process.ts";
import { lastRevisions, readIncidentLines, verdictsOf } from "./verdicts.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

export interface KillOptions {
  /** Empty, and kept for whoever wants to look. */
  readonly folder: string;
  readonly seed: number;
  readonly kills: number;
  /** From a start to the next kill: anywhere between, so that starts are hit too. */
  readonly livesMs: readonly [least: number, most: number];
  readonly linesPerSecond: number;
  readonly onKill?: (kill: number) => void;
}

export interface KillReport {
  readonly kills: number;
  readonly floods: number;
  readonly seconds: number;
  readonly sent: number;
  /** What TCP took while nobody listened: the sender's own count. */
  readonly dropped: number;
  readonly kept: number;
  readonly incidents: number;
  readonly revisionsNotified: number;
  /** Notifications that came more than once, as keys; more than one per kill is one too many. */
  readonly repeated: readonly string[];
  /** Keys that came twice in one life: never to happen. */
  readonly repeatedWithinLife: readonly string[];
  readonly file: Comparison;
  readonly fileReplay: Comparison;
  readonly tcp: Comparison;
  readonly exitCode: number | null;
}

export interface Comparison {
  readonly found: readonly string[];
  readonly wanted: readonly string[];
}

const SITES = 6;
const HOSTS_PER_SITE = 14;
const FLOOD_EVERY_SECONDS = 3;
/** A second comes in so many pieces, so that a kill may fall between its lines. */
const STEP_MS = 100;
/** Longer than an incident stays open behind its last line. */
const QUIET_SECONDS = 25;
/** Part of the very last line of each way in. */
const CLOSING = ["file", "tcp"].map((way) => {
  const host = String(HOSTS_PER_SITE - 1).padStart(3, "0");
  return `${way}${SITES - 1}-web-${host} kernel: Limiting tcp reset response from ${CALM_OFFERED}`;
});
/** A revision of figures alone comes a minute after the last one, and a pipeline may be behind. */
const SETTLED_WITHIN_MS = 90_000;

/** Kills `up` again and again while a file grows and TCP sends, and compares what came of it. */
export async function killRun(options: KillOptions): Promise<KillReport> {
  const { folder, kills, livesMs, seed } = options;
  const receiver = await WebhookReceiver.start();
  const lineFile = join(folder, "messages");
  writeFileSync(lineFile, "");
  const disturbed = await site(folder, "disturbed", lineFile, receiver.url);
  const undisturbed = await site(folder, "undisturbed", lineFile, null);
  const calm = new UpProcess(undisturbed.config, undisturbed.healthPort);
  let up = new UpProcess(disturbed.config, disturbed.healthPort);
  await Promise.all([calm.ready(), up.ready()]);

  const random = seededRandom(seed);
  const lives = Array.from({ length: kills }, () => random.between(...livesMs));
  const seconds = Math.ceil(lives.reduce((sum, lifeMs) => sum + lifeMs, 0) / 1_000) + 2;
  const sender = new TcpSender(disturbed.tcpPort);
  await until("connection", () => sender.isConnected);
  const load = new Load(options, lineFile, sender, seconds);
  const startedMs = performance.now();
  const writing = load.run();
  const firstOfLife = [0];
  for (const [kill, lifeMs] of lives.entries()) {
    await pause(lifeMs);
    await up.kill();
    firstOfLife.push(receiver.received.length);
    options.onKill?.(kill + 1);
    up = new UpProcess(disturbed.config, disturbed.healthPort);
  }
  await up.ready(60_000);
  await writing;
  const keptFile = join(folder, "kept.log");
  const kept = await settledLines(disturbed.data, keptFile);
  const fromLines = await replayed(disturbed.config, keptFile);
  const fromFile = await replayed(disturbed.config, lineFile);
  // What came to light after an incident had ended is told at the cadence of the contracts.
  const live = await settledVerdicts(disturbed.incidents, fromLines);
  const calmVerdicts = await settledVerdicts(undisturbed.incidents, fromFile);
  const { code } = await up.stop();
  await calm.stop();
  sender.close();
  await receiver.stop();

  const keys = receiver.received.map(({ key }) => key);
  const ofFile = live.filter((verdict) => verdict.includes('"value":"file'));
  return {
    kills,
    floods: load.floods,
    seconds: (performance.now() - startedMs) / 1_000,
    sent: sender.sent,
    dropped: sender.dropped,
    kept,
    incidents: live.length,
    revisionsNotified: new Set(keys).size,
    repeated: keys.filter((key, at) => keys.indexOf(key) !== at),
    repeatedWithinLife: firstOfLife.flatMap((from, life) => {
      const own = keys.slice(from, firstOfLife[life + 1]);
      return own.filter((key, at) => own.indexOf(key) !== at);
    }),
    file: { found: ofFile, wanted: calmVerdicts },
    fileReplay: { found: ofFile, wanted: fromFile },
    tcp: { found: live, wanted: fromLines },
    exitCode: code,
  };
}

async function site(folder: string, name: string, lineFile: string, webhook: string | null) {
  const own = join(folder, name);
  mkdirSync(own);
  const tcpPort = await freePort();
  const archive = { name: "archive", type: "file", path: "./incidents.jsonl" };
  const allow = ["127.0.0.1"];
  const hook = webhook === null ? [] : [{ name: "hook", type: "webhook", url: webhook, allow }];
  const listen = { name: "tcp", type: "syslog", listen: `127.0.0.1:${tcpPort}` };
  const config = writeConfig(own, {
    stream: { path: "./data" },
    scopes: [{ name: "site", from: "host", pattern: "^([a-z0-9]+)-" }],
    inputs: [
      { ...listen, protocols: ["tcp"] },
      { name: "messages", type: "file", path: lineFile },
    ],
    rules: [FLOOD_RULE],
    sinks: [archive, ...hook],
    routes: [{ sinks: ["archive", ...hook.map((sink) => sink.name)] }],
  });
  const incidents = join(own, "incidents.jsonl");
  return { config, tcpPort, incidents, data: join(own, "data"), healthPort: await freePort() };
}

/** What `lines` holds once the closing lines of both ways are there: nothing comes after them. */
async function settledLines(data: string, file: string): Promise<number> {
  let kept = 0;
  await until("closing lines in the log", async () => {
    kept = await writeKeptLines(data, file);
    const text = readFileSync(file, "latin1");
    return CLOSING.every((line) => text.includes(line));
  });
  return kept;
}

/** The verdicts as soon as they are those wanted; else what they are when no revision is due. */
async function settledVerdicts(incidents: string, wanted: readonly string[]): Promise<string[]> {
  const text = JSON.stringify(wanted);
  const now = () => verdictsOf(lastRevisions(incidents));
  const isEqual = () => JSON.stringify(now()) === text;
  await until("equal verdicts", isEqual, SETTLED_WITHIN_MS).catch(() => undefined);
  return now();
}

async function replayed(config: string, file: string): Promise<string[]> {
  const { stdout, stderr, code } = await runTidegauge(["replay", "--config", config, file]);
  if (code !== 0) throw new Error(`replay ended with ${code}:\n${stderr}`);
  return verdictsOf(readIncidentLines(stdout));
}

/** The load of both ways in, at the pace of the clock. */
class Load {
  readonly #file: FloodScript;
  readonly #tcp: FloodScript;
  readonly #lineFile: string;
  readonly #sender: TcpSender;

  constructor(options: KillOptions, lineFile: string, sender: TcpSender, seconds: number) {
    const { seed, linesPerSecond } = options;
    const shared = {
      sites: SITES,
      hostsPerSite: HOSTS_PER_SITE,
      linesPerSecond,
      startSecond: Math.floor(Date.now() / 1_000) + 1,
      seconds,
      everySeconds: FLOOD_EVERY_SECONDS,
    };
    this.#file = new FloodScript({ ...shared, prefix: "file", seed });
    this.#tcp = new FloodScript({ ...shared, prefix: "tcp", seed: seed + 1 });
    this.#lineFile = lineFile;
    this.#sender = sender;
  }

  /** Of the file: each is an incident, whatever is killed. */
  get floods(): number {
    return this.#file.floods.length;
  }

  /** Resolves when everything is written and closed. */
  async run(): Promise<void> {
    const first = this.#file.floods[0]!.from;
    const last = Math.max(this.#file.lastSecond, this.#tcp.lastSecond) + QUIET_SECONDS;
    for (let second = first; second < last; second++) {
      await this.#play(second, this.#file.linesOf(second), this.#tcp.linesOf(second));
    }
    await until("connection", () => this.#sender.isConnected);
    await this.#play(last, this.#file.closing(last), this.#tcp.closing(last));
  }

  async #play(second: number, toFile: string[], toTcp: string[]): Promise<void> {
    const steps = 1_000 / STEP_MS;
    for (let step = 0; step < steps; step++) {
      const dueMs = second * 1_000 + step * STEP_MS;
      await pause(Math.max(0, dueMs - Date.now()));
      const lines = piece(toFile, step, steps);
      if (lines.length > 0) appendFileSync(this.#lineFile, `${lines.join("\n")}\n`);
      this.#sender.send(piece(toTcp, step, steps));
    }
  }
}

function piece(lines: readonly string[], step: number, steps: number): readonly string[] {
  const each = Math.ceil(lines.length / steps);
  return lines.slice(step * each, (step + 1) * each);
}
