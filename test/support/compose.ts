import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { answers, KAFKA_VERSION } from "./kafka-jars.ts";
import { freePort } from "./live/up-process.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

/** What scripts/test-images.sh makes; nothing is pulled for a test. */
const IMAGES = {
  NODE_IMAGE: process.env["NODE_IMAGE"] ?? "tidegauge-test/node:24",
  KAFKA_IMAGE: process.env["KAFKA_IMAGE"] ?? `tidegauge-test/kafka:${KAFKA_VERSION}`,
};

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const exec = promisify(execFile);

/** Null where docker-compose.yml can be run, else what is missing. */
export function missingForCompose(): string | null {
  if (!answers("docker", ["info"])) return "no Docker engine answers";
  if (!answers("docker", ["compose", "version"])) return "docker has no compose plugin";
  for (const image of Object.values(IMAGES)) {
    if (!answers("docker", ["image", "inspect", image])) {
      return `no image ${image}: run scripts/test-images.sh`;
    }
  }
  return null;
}

/** docker-compose.yml under a name and on ports of its own. */
export class Compose {
  readonly syslogPort: number;
  readonly #env: Readonly<Record<string, string | undefined>>;

  private constructor(syslogPort: number, kafkaPort: number) {
    this.syslogPort = syslogPort;
    this.#env = {
      ...process.env,
      ...IMAGES,
      COMPOSE_PROJECT_NAME: `tidegauge-test-${process.pid}`,
      SYSLOG_PORT: String(syslogPort),
      KAFKA_PORT: String(kafkaPort),
    };
  }

  static async make(): Promise<Compose> {
    return new Compose(await freePort(), await freePort());
  }

  /** `docker compose ARGS`; its standard output. */
  async run(...args: readonly string[]): Promise<string> {
    const options = { cwd: CHECKOUT, env: this.#env, maxBuffer: OUTPUT_BYTES_MAX };
    const { stdout } = await exec("docker", ["compose", ...args], options);
    return stdout;
  }
}
