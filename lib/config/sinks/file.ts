import { z } from "zod";
import { count, name, path, size } from "../field.ts";

export const fileSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("file"),
    path: path("The file; it gets the incident object, one line per revision."),
    rotate_at: size({ min: "64KiB", max: "16GiB" }, "A file this large is put aside.").prefault(
      "64MiB",
    ),
    keep: count({ min: 1, max: 1_000 }, "How many files put aside are kept.").prefault(8),
  })
  .transform(({ rotate_at, ...rest }) => ({ ...rest, rotateAtBytes: rotate_at }))
  .meta({ description: "JSON lines in a file." });
