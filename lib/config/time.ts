import { z } from "zod";
import { seconds } from "./field.ts";

export const time = z
  .strictObject({
    retain: seconds(
      { min: "1h", max: "30d" },
      "How far behind log time a fact may be and still count. Memory grows with it.",
    ).prefault("24h"),
    grace: seconds(
      { min: "1s", max: "1h" },
      "How long log time waits for the slower partitions before a second is final.",
    ).prefault("10s"),
  })
  .transform(({ retain, grace }) => ({ retainSeconds: retain, graceSeconds: grace }))
  .meta({ description: "How long facts are waited for and kept. All of it is event time." });
