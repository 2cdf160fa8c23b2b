import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { NO_IDENTITY_RULES } from "../../../lib/domain/host-identity.ts";
import { inputsOf } from "../../../services/ingest/listen/inputs.ts";
import { MemoryPositions } from "../../../services/ingest/listen/positions.ts";
import { batchesOf, limitLine, listenWorld } from "./listen-world.ts";

test("the zone of an input travels with its lines where it is told to", async () => {
  const { log, world, context } = listenWorld();
  const stdin = new PassThrough();
  const common = { realm: "", keep: "candidates", type: "stdin", host: null } as const;
  const around = { world, positions: new MemoryPositions(), connectionsMax: 1, stdin };
  const rules = () => NO_IDENTITY_RULES;
  const [input] = inputsOf(
    { ...common, name: "pipe", zoneName: "Europe/Berlin" },
    { ...around, rules },
  );
  await input!.start(context);
  stdin.end(`${limitLine("fra1-web-001")}\n`);
  await expect.poll(() => batchesOf(log)).toHaveLength(1);
  await input!.stop();
  expect(batchesOf(log)[0]).toMatchObject({ input: "pipe", zone: "Europe/Berlin" });
});
