import { z } from "zod";
import { INVENTORY_COLUMNS } from "../domain/inventory.ts";
import { DEFAULT_SCOPES } from "../domain/scope.ts";
import { choice, list, name } from "./field.ts";
import { findPatternFault } from "./pattern.ts";

const scopeName = name("Name of the scope; `host` is taken, it stands for each host alone.").refine(
  (value) => value !== "host",
  { error: "is taken: it stands for each host alone", params: { remedy: "choose another name" } },
);

const fromHost = z.strictObject({
  name: scopeName,
  from: z.literal("host"),
  pattern: z
    .string()
    .max(512)
    .superRefine((pattern, ctx) => {
      const fault = findPatternFault(pattern);
      if (fault === null) return;
      ctx.addIssue({ code: "custom", message: fault.problem, params: { remedy: fault.remedy } });
    })
    .meta({
      description:
        "Regular expression over the host's identity (lower case); its first capture is the value.",
      expects: 'a regular expression with a capture, such as "^([a-z0-9]+)-"',
    }),
});

const fromInventory = z.strictObject({
  name: scopeName,
  from: z.literal("inventory"),
  column: choice(INVENTORY_COLUMNS, "Column of the inventory that holds the scope's value."),
});

const fromAll = z.strictObject({ name: scopeName, from: z.literal("all") });

export const scopes = list(
  z.discriminatedUnion("from", [fromHost, fromInventory, fromAll]),
  { min: 1, max: 16 },
  "Groups of hosts that are watched together. `from: host` reads the name, `from: inventory` a " +
    "column, `from: all` is one group of all.",
).prefault([...DEFAULT_SCOPES]);
