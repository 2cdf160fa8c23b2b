import { readFile, stat } from "node:fs/promises";
import type { Canary } from "../../../lib/domain/canary.ts";
import type { NamedCount } from "../../../lib/domain/named-number.ts";
import type { NamedNumber } from "../../../lib/domain/sample-batch.ts";
import { sleep } from "../../../lib/process/clock.ts";
import type { PartContext } from "../../../lib/process/parts.ts";
import { partitionOf } from "../../../lib/stream/partition.ts";
import { encodeMessage } from "../../../lib/wire/message.ts";
import { hostRecordKey } from "../../../lib/wire/record-key.ts";
import { isBelievable } from "../core/event-time.ts";
import { OutcomeCounts } from "../core/outcome-counts.ts";
import { REJECT_REASONS } from "../core/reading.ts";
import type { SampleReading } from "../envelopes/json-sample.ts";
import { isWithinLimits } from "../envelopes/sample-limits.ts";
import { readScraped } from "../formats/scraped.ts";
import type { ScrapeEnd } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { type Input, type InputIdentity, InputPath, type InputWorld } from "./input.ts";
import { RejectWriter } from "./reject-writer.ts";
import { ScrapeClient, type ScrapeClientOptions } from "./scrape-client.ts";
import { ScrapeSchedule } from "./scrape-schedule.ts";
import { readTargets, type ScrapeTarget } from "./scrape-targets.ts";

export interface ScraperOptions {
  readonly identity: InputIdentity;
  /** File of targets. */
  readonly targets: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly tls: ScrapeClientOptions["tls"];
}

const BAD_SAMPLE = REJECT_REASONS.indexOf("bad_sample");

/** Asks exporters for the counters of their hosts, and writes them to `samples`. */
export class Scraper implements Input {
  readonly name: string;
  /** A scrape that was answered is a line; `pass` went on into `samples`. */
  readonly counts = new OutcomeCounts();
  readonly #world: InputWorld;
  readonly #options: ScraperOptions;
  readonly #client: ScrapeClient;
  readonly #schedule: ScrapeSchedule;
  readonly #stop = new AbortController();
  /** How targets ended that do not answer well. */
  readonly #trouble = new Map<string, ScrapeEnd>();
  #path: InputPath | null = null;
  #rejects: RejectWriter | null = null;
  #looking: Promise<void> = Promise.resolve();
  /** Of the list that was read last, also where that failed. */
  #listed = "";

  constructor(world: InputWorld, options: ScraperOptions) {
    this.name = options.identity.name;
    this.#world = world;
    this.#options = options;
    const { intervalMs, concurrency, tls } = options;
    this.#client = new ScrapeClient({ tls, connectionsMax: concurrency * 2 });
    const scrape = (target: ScrapeTarget) => this.#scrape(target);
    this.#schedule = new ScrapeSchedule({ clock: world.clock, intervalMs, concurrency, scrape });
  }

  start({ died }: PartContext): void {
    const { identity, targets } = this.#options;
    const { codec, clock, events, rejected } = this.#world;
    const path = new InputPath(this.#world, identity, this.name, died);
    const { outbox } = path;
    this.#path = path;
    this.#rejects = new RejectWriter({
      input: this.name,
      codec,
      clock,
      outbox,
      ...rejected,
      place: this.name,
    });
    events.inputStarted(this.name, targets);
    this.#looking = this.#look().catch(died);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#looking, this.#schedule.stop()]);
    this.#client.close();
    await this.#path!.close();
  }

  inject(canary: Canary, appended: () => void): void {
    this.#path!.inject(canary, appended);
  }

  async #look(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#readList();
      await sleep(this.#world.clock, LIMITS.targetsLookEveryMs, signal);
    }
  }

  /** The list, when it is not the one that was read last. */
  async #readList(): Promise<void> {
    const { targets: path } = this.#options;
    const { events } = this.#world;
    let listed = "missing";
    try {
      const { mtimeMs, size, ino } = await stat(path);
      listed = `${ino} ${mtimeMs} ${size}`;
      if (listed === this.#listed) return;
      if (size > LIMITS.targetsBytesMax) throw new Error(`it has ${size} bytes`);
      const { targets, bad } = readTargets(await readFile(path, "utf8"));
      if (bad > 0) events.targetsUnread(this.name, path, new Error(`${bad} of it are no target`));
      const urls = new Set(targets.map(({ url }) => url));
      for (const url of this.#trouble.keys()) if (!urls.has(url)) this.#trouble.delete(url);
      this.#schedule.set(targets);
      events.targetsRead(this.name, targets.length);
    } catch (error) {
      if (listed !== this.#listed) events.targetsUnread(this.name, path, error);
    }
    this.#listed = listed;
  }

  async #scrape(target: ScrapeTarget): Promise<boolean> {
    const { url } = target;
    const end = await this.#ended(target);
    const before = this.#trouble.get(url);
    if (end === "taken") this.#trouble.delete(url);
    else if (!this.#stop.signal.aborted) this.#trouble.set(url, end);
    // A stop ends what is under way: that is no fault of the target.
    if (end !== "deadline" || !this.#stop.signal.aborted) {
      this.#world.events.scraped(this.name, end, url, before !== end);
    }
    return end === "taken";
  }

  async #ended(target: ScrapeTarget): Promise<ScrapeEnd> {
    const { clock } = this.#world;
    if (!this.#path!.outbox.hasRoom) return "busy";
    const askedMs = clock.nowMs();
    const deadline = new AbortController();
    const cancel = clock.after(this.#options.timeoutMs, () => deadline.abort());
    const signal = AbortSignal.any([deadline.signal, this.#stop.signal]);
    const answer = await this.#client.get(target.url, signal);
    cancel();
    if (answer.type === "fault") return answer.fault;
    const sample = readScraped(answer.text);
    if (typeof sample !== "string" && this.#put(target, sample, askedMs)) return "taken";
    this.#reject(target, answer.text);
    return "bad_sample";
  }

  /** False where the sample is beyond what anybody would read. */
  #put(target: ScrapeTarget, sample: SampleReading, askedMs: number): boolean {
    const { codec, clock, shipper, samples: place } = this.#world;
    const host = target.host ?? sample.host ?? new URL(target.url).hostname;
    if (place === undefined || !isWithinLimits({ ...sample, host })) return false;
    const { boot, os, uptimeSeconds, counters, posture } = sample;
    const { realm } = this.#options.identity;
    const sampledAtMs = isBelievable(sample.timeMs, askedMs) ? sample.timeMs : askedMs;
    const gauges = sample.gauges.map(asNumber);
    const numbers = { counters, gauges, posture: posture.map(asNumber) };
    const batch = {
      input: this.name,
      realm,
      host,
      os,
      shipper,
      arrivalMs: clock.nowMs(),
      peer: new URL(target.url).host,
      trust: "connected" as const,
      samples: [{ sampledAtMs, boot, uptimeSeconds, ...numbers }],
    };
    const key = hostRecordKey(realm, host);
    const record = { key, value: encodeMessage(codec, "sample-batch", batch) };
    this.#path!.outbox.put(place.topic, partitionOf(key, place.partitions), record);
    this.counts.lines += 1;
    this.counts.pass += 1;
    return true;
  }

  #reject({ url }: ScrapeTarget, body: string): void {
    const { events } = this.#world;
    const bytes = Buffer.from(body.slice(0, LIMITS.lineBytesMax));
    const fresh = new OutcomeCounts();
    fresh.lines = 1;
    fresh.rejects[BAD_SAMPLE] = 1;
    this.counts.add(fresh);
    events.linesRead(this.name, 1, body.length);
    events.linesDone(this.name, fresh);
    this.#rejects!.add("bad_sample", url, this.counts.lines, bytes, body.length);
  }
}

/** A gauge beyond 2^53 has lost digits that nobody misses. */
function asNumber({ name, value }: NamedCount): NamedNumber {
  return { name, value: Number(value) };
}
