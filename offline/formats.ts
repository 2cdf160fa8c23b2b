/** How `--format` names what a file holds. */
export const LOG_FORMATS = ["auto", "text", "json", "csv"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];
