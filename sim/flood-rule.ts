import { configurationOf } from "./planted-rule.ts";

/** The rule that floods on measured hosts are planted for; its steps are the product's own. */
export const FLOOD_RULE = { name: "flood", type: "flood", scope: "site" } as const;

/** The configuration that goes with a simulated log that holds counters. */
export const FLOOD_CONFIGURATION = configurationOf(
  `name: ${FLOOD_RULE.name}, type: ${FLOOD_RULE.type}, scope: ${FLOOD_RULE.scope}`,
);
