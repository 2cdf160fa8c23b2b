/**
 * A stop that takes longer is a hang: supervisors kill after 10 to 90 s, and then nobody is named.
 */
export const STOP_WITHIN_MS = 10_000;

/** Work that does not move for so long makes the process not ready. */
export const STUCK_AFTER_MS = 30_000;

/** And after so long the process ends: a rebalance or a broker's restart is over by then. */
export const DEAD_AFTER_MS = 300_000;

/** How often progress is looked at. */
export const LOOK_EVERY_MS = 1_000;

/** How often the log is asked for its ends: a round trip to a broker each time. */
export const ASK_EVERY_MS = 5_000;

/** Sources of progress: partitions are summed up before, so a handful per service is normal. */
export const SOURCES_MAX = 1_024;

/** A scraper's request has a few hundred bytes of headers. */
export const HEADER_BYTES_MAX = 8_192;

/** One or two scrapers, a supervisor and a person; more is a mistake or an attack. */
export const CONNECTIONS_MAX = 64;

/** For the headers of a request, and for the whole of it: there is no body. */
export const REQUEST_WITHIN_MS = 5_000;

/** An idle connection of a scraper is kept a little longer than the usual scrape of 15 s. */
export const KEEP_ALIVE_MS = 20_000;

/** Then a scraper connects again, so that no connection lives for ever. */
export const REQUESTS_PER_CONNECTION_MAX = 1_000;

/** A line of our own goes into each input so often: six a minute cost nothing and show a hang. */
export const CANARY_EVERY_MS = 10_000;

/** One that needs longer is lost: usual is a second, and a rebalance takes a few. */
export const CANARY_LATE_AFTER_MS = 60_000;

/** What a dead man's switch expects; they give a grace of some minutes on top. */
export const HEARTBEAT_EVERY_MS = 60_000;
