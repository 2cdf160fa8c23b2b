import { z } from "zod";
import { list, milliseconds, name, secret } from "../field.ts";
import { url } from "../network.ts";
import { clientTls } from "../tls.ts";

export const alertmanagerSink = z
  .strictObject({
    name: name("Name of the sink, in routes and deliveries."),
    type: z.literal("alertmanager"),
    urls: list(
      url("One Alertmanager."),
      { min: 1, max: 16 },
      "Every member of the cluster; each gets every incident.",
    ),
    authorization: secret("Value of the header Authorization.").optional(),
    timeout: milliseconds({ min: "100ms", max: "2m" }, "How long one attempt may take.").prefault(
      "10s",
    ),
    tls: clientTls.optional(),
  })
  .transform(({ timeout, authorization, tls, ...rest }) => ({
    ...rest,
    authorization: authorization ?? null,
    timeoutMs: timeout,
    tls: tls ?? null,
  }))
  .meta({ description: "Prometheus Alertmanager, API version 2." });
