import type { OutcomeCounts } from "../../services/ingest/core/outcome-counts.ts";
import type { IngestEvents } from "../../services/ingest/events.ts";

/** What ingest told of the lines of one input, over all its processes. */
export class LineAccount {
  /** Lines that came in. */
  read = 0;
  pass = 0;
  dropped = 0;
  rejected = 0;

  readonly events: IngestEvents = {
    inputStarted: () => undefined,
    linesRead: (_input, lines) => void (this.read += lines),
    linesDone: (_input, counts) => this.#done(counts),
    timesReplaced: () => undefined,
    stampsReplaced: () => undefined,
    sourceRetried: () => undefined,
    recordRejected: () => undefined,
    datagramsRead: () => undefined,
    datagramsLost: () => undefined,
    connectionOpened: () => undefined,
    connectionRefused: () => undefined,
    connectionClosed: () => undefined,
    requestAnswered: () => undefined,
    scraped: () => undefined,
    targetsRead: () => undefined,
    targetsUnread: () => undefined,
    hostForeign: () => undefined,
    fileRotated: () => undefined,
    fileUnreadable: () => undefined,
    fileLost: () => undefined,
    recordsLost: () => undefined,
    observationsPublished: () => undefined,
    inputPaused: () => undefined,
    inputEnded: () => undefined,
    appendRetried: () => undefined,
  };

  /** Lines whose outcome was told. */
  get done(): number {
    return this.pass + this.dropped + this.rejected;
  }

  #done(counts: OutcomeCounts): void {
    this.pass += counts.pass;
    this.dropped += counts.dropped;
    this.rejected += counts.rejected;
  }
}
