import { z } from "zod";
import { choice, name } from "../field.ts";

export const stdoutSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("stdout"),
    format: choice(
      ["auto", "human", "json"],
      "`auto`: human on a terminal, else JSON, one object per line.",
    ).prefault("auto"),
  })
  .meta({ description: "Standard output." });
