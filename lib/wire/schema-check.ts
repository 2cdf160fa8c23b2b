import { incompatibility } from "./codec.ts";
import type { SchemaCatalogue } from "./schema.ts";
import { lintSchema } from "./schema-lint.ts";

/** What is wrong with the schemas of this installation, as sentences; empty when all is well. */
export function findSchemaFaults(catalogue: SchemaCatalogue): string[] {
  const faults: string[] = [];
  for (const [name, schema] of catalogue.current) {
    for (const { rule, path } of lintSchema(schema)) faults.push(`${name}.avsc ${path}: ${rule}`);
    for (const { version, schema: written } of catalogue.history.get(name) ?? []) {
      const reason = incompatibility(schema, written);
      if (reason !== null) faults.push(`${name}.avsc cannot read version ${version}: ${reason}`);
    }
  }
  return faults;
}
