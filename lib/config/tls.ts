import { z } from "zod";
import { choice, path, secret, text } from "./field.ts";
import { url } from "./network.ts";

/** TLS towards a server: `{}` checks it against the system's authorities. */
export const clientTls = z
  .strictObject({
    ca: path("Authorities to trust instead of the system's (PEM).").optional(),
    cert: path("Our certificate (PEM), where the server asks for one.").optional(),
    key: path("The key of our certificate (PEM).").optional(),
    server_name: text("Name to check the server against, where it is not the address.").optional(),
  })
  .transform((tls) => ({
    caPath: tls.ca ?? null,
    certPath: tls.cert ?? null,
    keyPath: tls.key ?? null,
    serverName: tls.server_name ?? null,
  }))
  .meta({ description: "TLS; `{}` is enough for a server with a public certificate." });

/** TLS of a listener. */
export const serverTls = z
  .strictObject({
    cert: path("The listener's certificate with its chain (PEM)."),
    key: path("The key of the certificate (PEM)."),
    client_ca: path(
      "Authorities of client certificates (PEM). With it a client must show one, and then speaks " +
        "only for the names in it.",
    ).optional(),
  })
  .transform((tls) => ({
    certPath: tls.cert,
    keyPath: tls.key,
    clientCaPath: tls.client_ca ?? null,
  }))
  .meta({ description: "TLS of a listener; syslog needs it when `protocols` holds `tls`." });

export const sasl = z
  .strictObject({
    mechanism: choice(
      ["plain", "scram-sha-256", "scram-sha-512", "oauthbearer"],
      "How the broker checks us.",
    ).prefault("scram-sha-512"),
    username: text("User at the broker; with `oauthbearer` the client's id."),
    password: secret("Password at the broker; with `oauthbearer` the client's secret."),
    token_url: url("Where `oauthbearer` gets its tokens (client credentials).").optional(),
    scope: text("What the token is for, where the server asks for it.").optional(),
  })
  .superRefine(({ mechanism, token_url }, ctx) => {
    if (mechanism !== "oauthbearer" || token_url !== undefined) return;
    const remedy = "add the address that gives tokens for the client's id and secret";
    ctx.addIssue({
      code: "custom",
      path: ["token_url"],
      message: "is missing: `oauthbearer` needs it",
      params: { remedy },
    });
  })
  .transform(({ token_url, scope, ...rest }) => ({
    ...rest,
    tokenUrl: token_url ?? null,
    scope: scope ?? null,
  }))
  .meta({ description: "SASL login at the brokers." });
