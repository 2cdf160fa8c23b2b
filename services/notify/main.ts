import type { Clock } from "../../lib/process/clock.ts";
import type { Part } from "../../lib/process/parts.ts";
import type { Random } from "../../lib/process/random.ts";
import { runStep } from "../../lib/stream/run.ts";
import type { Log } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import type { TopicName } from "../../lib/wire/topics.ts";
import { TOPIC_PREFIX_DEFAULT, topicPath, TOPICS } from "../../lib/wire/topics.ts";
import { ControlBoard } from "./control-board.ts";
import type { Route } from "./core/route.ts";
import type { Sink } from "./deliver/sink.ts";
import type { Events } from "./events.ts";
import { History } from "./history.ts";
import type { LaneStatus, Observe } from "./lane.ts";
import { Lane } from "./lane.ts";
import { Ledger } from "./ledger.ts";
import { LIMITS } from "./limits.ts";
import { RevisionSource } from "./revision-source.ts";

export interface NotifyOptions {
  readonly log: Log;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  /** Made of the configuration by createSinks(); memory sinks in tests and simulation. */
  readonly sinks: readonly Sink[];
  readonly routes: readonly Route[];
  readonly pagesPerMinute: number;
  readonly observe?: Observe;
  readonly topicPrefix?: string;
  /** Partitions of each topic where they differ from the table. */
  readonly partitionsOf?: (topic: TopicName) => number;
}

/** A part of a process: incidents in, deliveries and history out. */
export interface Notify extends Part {
  readonly name: "notify";
  status(): readonly LaneStatus[];
}

export function createNotify(options: NotifyOptions): Notify {
  const { log, codec, clock, events, sinks, topicPrefix = TOPIC_PREFIX_DEFAULT } = options;
  const path = (topic: TopicName) => topicPath(topic, topicPrefix);
  const partitionsOf = options.partitionsOf ?? ((topic) => TOPICS[topic].partitions);
  const controls = new ControlBoard(log, path("controls"), codec, events);
  const place = { topic: path("deliveries"), partitions: partitionsOf("deliveries") };
  const ledger = new Ledger({ log, codec, clock, events, ...place });
  const revisions = new RevisionSource(log, codec, path("incidents"), partitionsOf("incidents"));
  const lanes = sinks.map((sink) => {
    const group = `${topicPrefix}notify.sink.${sink.name}`;
    return new Lane({ ...options, sink, group, ledger, controls, revisions });
  });
  const stopping = new AbortController();
  const cutOff = new AbortController();
  let ended: Promise<unknown> = Promise.resolve();

  const keepHistory = () => {
    const topics = [path("incidents"), path("controls"), path("deliveries")];
    const join = { group: `${topicPrefix}notify.history`, topics };
    const observer = options.observe?.("history", join) ?? {};
    const step = new History({
      codec,
      events,
      topic: path("history"),
      partitions: partitionsOf("history"),
      kinds: new Map([
        [path("incidents"), "revision"],
        [path("controls"), "control"],
        [path("deliveries"), "delivery"],
      ]),
    });
    return runStep({ log, clock, join, step, stop: stopping.signal, observer });
  };

  return {
    name: "notify",
    status: () => lanes.map((lane) => lane.status),
    /** Opens the sinks and reads the ledger to its end: nothing is sent before. */
    async start({ died }) {
      for (const sink of sinks) await sink.open();
      await controls.catchUp();
      await ledger.catchUp();
      const loops = lanes.map((lane) => lane.run(stopping.signal, cutOff.signal));
      ended = Promise.all([...loops, keepHistory()].map((loop) => loop.catch(died)));
    },
    /** Ends what is under way within seconds; what waits is in the log. */
    async stop() {
      stopping.abort();
      const cancel = clock.after(LIMITS.stopGraceMs, () => cutOff.abort());
      await ended;
      cancel();
      for (const sink of sinks) await sink.close();
    },
  };
}
