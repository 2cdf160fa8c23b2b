import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { topicSpecs } from "../../cli/open-log.ts";
import { wallClock } from "../../lib/process/clock.ts";
import { EmbeddedLog } from "../../lib/stream/embedded.ts";
import { Codec } from "../../lib/wire/codec.ts";
import { encodeMessage, type Messages } from "../../lib/wire/message.ts";
import { loadSchemas, type MessageName } from "../../lib/wire/schema.ts";
import { type TopicName, topicPath } from "../../lib/wire/topics.ts";
import { jsonLines, type Ran, runTidegauge } from "../support/run-tidegauge.ts";

/** A machine's log in its usual place, as a pipeline leaves it, with commands to run beside it. */
export class KeptLog {
  readonly folder: string;
  readonly #log: EmbeddedLog;
  readonly #codec = new Codec(loadSchemas());

  private constructor(folder: string, log: EmbeddedLog) {
    this.folder = folder;
    this.#log = log;
  }

  /** Stays owned until `close`, as while `up` runs. */
  static async open(config = ""): Promise<KeptLog> {
    const folder = mkdtempSync(join(tmpdir(), "tidegauge-cli-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "tidegauge.yaml"), `stream: { path: ./data }\n${config}`);
    const path = join(folder, "data");
    const log = await EmbeddedLog.open({ path, role: "owner", who: "a test", clock: wallClock });
    onTestFinished(() => log.close());
    await log.ensureTopics(topicSpecs("tidegauge."));
    return new KeptLog(folder, log);
  }

  async put<Name extends MessageName>(
    topic: TopicName,
    name: Name,
    key: string | null,
    value: Messages[Name],
  ): Promise<void> {
    const record = { key, value: encodeMessage(this.#codec, name, value) };
    await this.#log.append(topicPath(topic), 0, [record]);
  }

  /** Where the partitions of a topic end. */
  async ends(topic: TopicName): Promise<readonly number[]> {
    return (await this.#log.offsets(topicPath(topic))).map(({ endOffset }) => endOffset);
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  run(...args: string[]): Promise<Ran> {
    return runTidegauge(args, { cwd: this.folder, env: { USER: "mira" } });
  }

  /** The objects that a command answers with; it must have been done. */
  async json(...args: string[]): Promise<Record<string, unknown>[]> {
    const { stdout, stderr, code } = await this.run(...args);
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
    return jsonLines(stdout);
  }
}
