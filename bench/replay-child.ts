/** Replays one simulated log and says the most memory the process ever held, in bytes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Truth } from "../sim/truth.ts";
import { replayOnce } from "./replay-once.ts";

const folder = process.argv[2]!;
const truthFile = join(folder, "truth.json");
await replayOnce({
  logs: [join(folder, "lines.log")],
  truth: JSON.parse(readFileSync(truthFile, "utf8")) as Truth,
  truthFile,
  configurationFile: join(folder, "tidegauge.yaml"),
});
console.log(process.resourceUsage().maxRSS * 1_024);
