import { z } from "zod";
import { list, path, text } from "./field.ts";
import { inputs } from "./inputs.ts";
import { limits } from "./limits.ts";
import { routes } from "./routes.ts";
import { rules } from "./rules.ts";
import { scopes } from "./scopes.ts";
import { sinks } from "./sinks.ts";
import type { Secret } from "./secret.ts";
import { ship } from "./ship.ts";
import { stream } from "./stream.ts";
import { time } from "./time.ts";

const domain = text("One domain, without dots around.", "a domain such as example.org").regex(
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
);

/** The whole configuration (contracts.md section 5): the keys of the file, in their order. */
export const configSchema = z
  .strictObject({
    stream: stream.prefault({}),
    time: time.prefault({}),
    scopes,
    inventory: path("CSV: host, realm, aliases, site, role, os, owner, state.").optional(),
    domains: list(
      domain,
      { min: 0, max: 256 },
      "Domains that are stripped from host names.",
    ).prefault([]),
    inputs,
    rules,
    sinks,
    routes,
    limits: limits.prefault({}),
    ship: ship.prefault({}),
  })
  .transform(({ inventory, ...rest }) => ({ ...rest, inventoryPath: inventory ?? null }));

type DeepReadonly<T> = T extends Secret
  ? T
  : T extends (infer U)[]
    ? readonly DeepReadonly<U>[]
    : T extends object
      ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
      : T;

export type Config = DeepReadonly<z.output<typeof configSchema>>;
export type SinkConfig = Config["sinks"][number];
