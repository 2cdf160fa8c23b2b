/** Bytes asked of the log at once. */
export const READ_BYTES = 1_048_576;

/** Incidents that are told apart by one command, a few hundred bytes each; the oldest go first. */
export const INCIDENTS_MAX = 100_000;

/** As many as the notifier keeps: what is beyond is of no effect there either. */
export const CONTROLS_MAX = 10_000;

/** Latest states of revisions at sinks, about 300 bytes each. */
export const DELIVERIES_MAX = 200_000;

/** Hosts that one look at the observations tells apart, about 300 bytes each. */
export const HOSTS_MAX = 1_000_000;

/** Settings of one host that are kept apart: our samplers send about a dozen. */
export const SETTINGS_MAX = 64;

/** Records of observations that one look reads: more than a day of ticks, a second or two. */
export const OBSERVATION_RECORDS_MAX = 200_000;

/** Rows of a list for a person, where no flag says otherwise. */
export const ROWS_SHOWN = 50;
