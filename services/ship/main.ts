import type { Clock } from "../../lib/process/clock.ts";
import { loopPart, type Part } from "../../lib/process/parts.ts";
import type { ProgressSource } from "../../lib/process/progress.ts";
import { type RunObserver, runStep } from "../../lib/stream/run.ts";
import type { JoinOptions } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import type { ShipEvents } from "./events.ts";
import { ForwardStep, isOutside } from "./pipeline.ts";
import { Spool, type SpoolLog } from "./spool.ts";
import type { Upstream } from "./upstream.ts";
import { WatchedUpstream } from "./watched-upstream.ts";

/** The group that reads the spool, where nobody says another. */
const GROUP = "ship";

export interface ShipOptions {
  /** The log of this machine, with its topics; each has one partition. */
  readonly log: SpoolLog;
  /**
   * Names this way out. Topics that must not wait for each other have one each: a topic that is
   * missing there holds up the others of its group.
   */
  readonly group?: string;
  /** Those that are sent. What others hold stays here until it no longer fits. */
  readonly topics: readonly string[];
  /** What a topic of the spool is called at the destination. */
  readonly path: (topic: string) => string;
  readonly bytes: number;
  readonly upstream: Upstream;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: ShipEvents;
  readonly observe?: (join: JoinOptions) => RunObserver;
  readonly attempts?: ProgressSource;
}

export interface Ship {
  /** What inputs and sources append to. */
  readonly spool: Spool;
  /** Before the inputs in the order of parts: what they flush when they stop is in the spool. */
  readonly forward: Part;
}

/**
 * The service behind the inputs. Its destination may be away for days: that is no reason to end,
 * for the spool goes on without it.
 */
export function createShip(options: ShipOptions): Ship {
  const { log, group = GROUP, topics, path, bytes, codec, clock, events, attempts } = options;
  const join: JoinOptions = { group, topics };
  const spool = new Spool({ log, clock, events, group, topics, bytes });
  const observer = options.observe?.(join);
  const seen = observer === undefined ? {} : { observer };
  const forward = loopPart(group === GROUP ? "forward" : `forward ${group}`, async (stop) => {
    const upstream = new WatchedUpstream({
      upstream: options.upstream,
      codec,
      clock,
      events,
      stop,
      ...(attempts === undefined ? {} : { attempts }),
    });
    const append = async (...to: Parameters<Upstream["append"]>) => {
      await upstream.append(...to);
      return { firstOffset: 0, arrivalMs: clock.nowMs() };
    };
    try {
      await runStep({
        log: { join: (options) => log.join(options), append },
        clock,
        join,
        step: new ForwardStep({ upstream, spool, path, clock, stop, ...seen }),
        stop,
        isPassing: isOutside,
        ...seen,
      });
    } finally {
      upstream.close();
    }
  });
  return { spool, forward };
}
