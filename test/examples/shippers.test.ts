import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../lib/config/load.ts";

const SHIPPERS = fileURLToPath(new URL("../../examples/shippers/", import.meta.url));
const folders = readdirSync(SHIPPERS, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);
const guide = readFileSync(join(SHIPPERS, "README.md"), "utf8");

describe.each(folders.map(({ name }) => name))("examples/shippers/%s", (name) => {
  const folder = join(SHIPPERS, name);
  const shipperFiles = readdirSync(folder).filter((file) => file !== "tidegauge.yaml");
  const { config, problems } = loadConfig({
    path: join(folder, "tidegauge.yaml"),
    env: {},
    workingDirectory: folder,
  });

  it("has an input that tidegauge accepts", () => {
    expect(problems).toEqual([]);
    expect(config?.inputs).toMatchObject([{ type: "kafka", name }]);
  });

  it.each(shipperFiles)("%s ships where the input reads, and says what to set", (file) => {
    const [input] = config?.inputs ?? [];
    if (input?.type !== "kafka") throw new Error("no Kafka input");
    const text = readFileSync(join(folder, file), "utf8");
    for (const topic of input.topics) expect(text).toMatch(new RegExp(`[ "]${topic}["\\n]`));
    for (const { host, port } of input.brokers ?? []) expect(text).toContain(`${host}:${port}`);
    expect(text).toMatch(/^# Set: /m);
    expect(text).toMatch(/^# Trap: /m);
    expect(guide).toContain(`(${name}/${file})`);
  });
});
