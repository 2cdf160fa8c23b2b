import { z } from "zod";
import { choice, name } from "../field.ts";
import { url } from "../network.ts";
import { clientTls } from "../tls.ts";
import { allow, asking, targetOf } from "./http-target.ts";

export const heartbeatSink = z
  .strictObject({
    name: name("Name of the sink, in counters. No route leads to it: it takes no incidents."),
    type: z.literal("heartbeat"),
    url: url("What is asked for each minute, only while everything moves."),
    method: choice(["get", "post"], "How it is asked for.").prefault("get"),
    ...asking("30s", "How long one request may take."),
    allow,
    tls: clientTls.optional(),
  })
  .transform(targetOf)
  .meta({
    description:
      "A dead man's switch: whoever it calls on raises the alarm when it stays away. It fires " +
      "each minute while inputs, detection and notification all moved, and stays away otherwise.",
  });
