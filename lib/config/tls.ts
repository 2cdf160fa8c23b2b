import { z } from "zod";
import { choice, path, secret, text } from "./field.ts";

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
  .meta({ description: "Needed when `protocols` holds `tls`." });

export const sasl = z
  .strictObject({
    mechanism: choice(
      ["plain", "scram-sha-256", "scram-sha-512"],
      "How the broker checks us.",
    ).prefault("scram-sha-512"),
    username: text("User at the broker."),
    password: secret("Password at the broker."),
  })
  .meta({ description: "SASL login at the brokers." });
