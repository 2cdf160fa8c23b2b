import type { InputPath } from "../../services/ingest/listen/input.ts";
import type { LineOrigin } from "../../services/ingest/listen/line-writer.ts";
import type { Life } from "./life.ts";
import type { Shipment } from "./shipments.ts";
import type { Trace } from "./trace.ts";

/**
 * The relay of some sites: it sends batch after batch and forgets one only when it was
 * acknowledged,
 * so after a crash of the receiver the same batch comes again, to whoever listens next.
 */
export class Sender {
  readonly acknowledged: string[] = [];
  /** Batches that were sent more than once. */
  resent = 0;
  readonly #name: string;
  readonly #trace: Trace;
  readonly #waiting: Shipment[] = [];
  #receiver: { readonly life: Life; readonly path: InputPath } | null = null;
  #isSending = false;

  constructor(name: string, trace: Trace) {
    this.#name = name;
    this.#trace = trace;
  }

  get isDone(): boolean {
    return this.#waiting.length === 0;
  }

  offer(shipment: Shipment): void {
    this.#waiting.push(shipment);
    void this.#pump();
  }

  /** Whoever listens from now on; what the last one did not acknowledge is sent again. */
  connect(life: Life, path: InputPath): void {
    if (this.#isSending) this.resent += 1;
    this.#receiver = { life, path };
    this.#isSending = false;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    const receiver = this.#receiver;
    if (receiver === null) return;
    while (receiver === this.#receiver && !this.#isSending) {
      const shipment = this.#waiting[0];
      if (shipment === undefined || receiver.life.isDead) return;
      this.#isSending = true;
      await send(shipment, receiver.path);
      // A receiver that died, or was left for another, has said nothing.
      if (receiver !== this.#receiver || receiver.life.isDead) return;
      this.#isSending = false;
      this.#waiting.shift();
      this.acknowledged.push(...shipment.lines);
      const what = `${shipment.lines.length} lines of site ${shipment.site}`;
      this.#trace.note(this.#name, `was told that ${what} are kept, by ${receiver.life.name}`);
    }
  }
}

async function send({ lines, site }: Shipment, path: InputPath): Promise<void> {
  const origin: LineOrigin = { peer: `192.0.2.${site + 1}:514`, trust: "connected", host: null };
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  let start = 0;
  for (const line of lines) {
    path.sieve.take(bytes, start, start + line.length, 0, origin, null);
    start += line.length + 1;
  }
  await path.flush();
}
