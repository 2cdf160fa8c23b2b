/** The services of the pipeline, in the order of the way of a line. */
export const SERVICES = ["ingest", "detect", "notify"] as const;
export type Service = (typeof SERVICES)[number];
