import { z } from "zod";
import { list, name } from "../field.ts";
import { url } from "../network.ts";
import { clientTls } from "../tls.ts";
import { asking, targetOf } from "./http-target.ts";

export const alertmanagerSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("alertmanager"),
    urls: list(
      url("One Alertmanager."),
      { min: 1, max: 16 },
      "Every member of the cluster; each gets every incident.",
    ),
    ...asking("2m", "How long one attempt may take."),
    tls: clientTls.optional(),
  })
  .transform(targetOf)
  .meta({ description: "Prometheus Alertmanager, API version 2." });
