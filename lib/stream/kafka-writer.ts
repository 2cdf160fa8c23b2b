import kafkajs from "kafkajs";
import type { Kafka, Message, Producer } from "kafkajs";
import { assert } from "../domain/assert.ts";
import { type Clock, sleep } from "../process/clock.ts";
import { asStreamError } from "./kafka-errors.ts";
import { messageOf } from "./kafka-record.ts";
import {
  KAFKA_ANSWER_WITHIN_MS,
  KAFKA_BATCH_RECORDS_MAX,
  KAFKA_LINGER_MS,
  KAFKA_PRODUCERS,
  KAFKA_RETRY,
} from "./limits.ts";
import { recordBytes } from "./record-frame.ts";
import { StreamError } from "./stream-error.ts";
import type { Appended, NewRecord } from "./stream.ts";

/** Some records of one append that go in one send; the whole append where it fits. */
interface Piece {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly done: (appended: Appended) => void;
  readonly failed: (error: StreamError) => void;
}

/** What waits for one partition, in the order of the calls. */
interface Queue {
  readonly topic: string;
  readonly partition: number;
  readonly batchBytesMax: number;
  readonly lane: number;
  readonly pieces: Piece[];
  isSending: boolean;
}

/** The last one, without sequence numbers; it may have many requests under way at once. */
const PLAIN_LANE = KAFKA_PRODUCERS;

/** A producer with its own connections, shared by some partitions. */
interface Lane {
  readonly producer: Producer;
  readonly connected: Promise<void>;
  sends: number;
  isRetired: boolean;
}

/**
 * Appends to Kafka. One partition per send, and one send per partition at a time: of a send over
 * several partitions kafkajs reports success for records that were never written when a leader dies
 * (tulios/kafkajs#1303). A producer whose send failed is not used again: kafkajs takes its sequence
 * numbers back, and a broker that did write the batch would take the next one for a repetition and
 * drop it.
 *
 * Into compacted topics producers without sequence numbers write. Of the others compaction keeps
 * the last batch, emptied, and kafkajs fetches such a batch at the end of a segment for ever. The
 * price is a record that may be doubled when a leader dies, and the latest of a key counts.
 */
export class KafkaWriter {
  readonly #kafka: Kafka;
  readonly #clock: Clock;
  readonly #queues = new Map<string, Queue>();
  readonly #lanes: (Lane | undefined)[] = [];
  readonly #ending = new Set<Promise<void>>();

  constructor(kafka: Kafka, clock: Clock) {
    this.#kafka = kafka;
    this.#clock = clock;
  }

  /** Above `batchBytesMax` it takes several batches, and other appends may come between. */
  async append(
    topic: string,
    partition: number,
    records: readonly NewRecord[],
    of: { readonly batchBytesMax: number; readonly isCompacted: boolean },
  ): Promise<Appended> {
    const queue = this.#queue(topic, partition, of.batchBytesMax, of.isCompacted);
    const pieces = piecesOf(records, of.batchBytesMax).map(
      (piece) =>
        new Promise<Appended>((done, failed) => queue.pieces.push({ ...piece, done, failed })),
    );
    if (!queue.isSending) void this.#drain(queue);
    const [first] = await Promise.all(pieces);
    return first as Appended;
  }

  /** After the last append has settled. */
  async close(): Promise<void> {
    for (const index of this.#lanes.keys()) this.#retire(index, this.#lanes[index]);
    await Promise.all(this.#ending);
  }

  #queue(topic: string, partition: number, batchBytesMax: number, isCompacted: boolean): Queue {
    const place = `${topic}/${partition}`;
    let queue = this.#queues.get(place);
    if (queue === undefined) {
      const lane = isCompacted ? PLAIN_LANE : this.#queues.size % KAFKA_PRODUCERS;
      queue = { topic, partition, batchBytesMax, lane, pieces: [], isSending: false };
      this.#queues.set(place, queue);
    }
    return queue;
  }

  async #drain(queue: Queue): Promise<void> {
    queue.isSending = true;
    // Those who append at the same time share a batch; under load the sends themselves are wait
    // enough.
    await sleep(this.#clock, KAFKA_LINGER_MS);
    while (queue.pieces.length > 0) await this.#send(queue, takeBatch(queue));
    queue.isSending = false;
  }

  async #send(queue: Queue, pieces: readonly Piece[]): Promise<void> {
    const { topic, partition } = queue;
    const nowMs = this.#clock.nowMs();
    const messages = pieces.flatMap(({ records }) =>
      records.map((record) => messageOf(record, partition, nowMs)),
    );
    try {
      const batch = await this.#produce(queue, messages);
      let firstOffset = batch.firstOffset;
      for (const { records, done } of pieces) {
        done({ firstOffset, arrivalMs: batch.arrivalMs ?? nowMs });
        firstOffset += records.length;
      }
    } catch (error) {
      const what = `the append to ${topic}/${partition}`;
      const code = error instanceof NotSent ? "broker_unreachable" : "append_unknown";
      const told = error instanceof NotSent ? error.cause : error;
      const trouble = asStreamError(told, what, { otherwise: code });
      // Whether the last attempt reached a broker that is away now is not known.
      const isUnknown = trouble.code === "broker_unreachable" && !(error instanceof NotSent);
      const final = isUnknown ? new StreamError("append_unknown", trouble.what, error) : trouble;
      for (const { failed } of pieces) failed(final);
    }
  }

  async #produce(queue: Queue, messages: Message[]) {
    const { topic, partition } = queue;
    const lane = this.#lane(queue.lane);
    lane.sends++;
    try {
      await lane.connected;
      const answers = await lane.producer.send({
        topic,
        messages,
        acks: -1,
        timeout: KAFKA_ANSWER_WITHIN_MS / 2,
        compression: kafkajs.CompressionTypes.ZSTD,
      });
      const answer = answers.find((answer) => answer.partition === partition);
      if (answer?.baseOffset === undefined || answers.length !== 1) {
        throw new StreamError(
          "append_unknown",
          `the append to ${topic}/${partition} got no offset`,
        );
      }
      const stampMs = Number(answer.logAppendTime ?? -1);
      return {
        firstOffset: Number(answer.baseOffset),
        /** Null where the topic keeps the stamps of its producers. */
        arrivalMs: stampMs < 0 ? null : stampMs,
      };
    } catch (error) {
      this.#retire(queue.lane, lane);
      throw error;
    } finally {
      lane.sends--;
      this.#endWhenDone(lane);
    }
  }

  #lane(index: number): Lane {
    const had = this.#lanes[index];
    if (had !== undefined) return had;
    const producer = this.#kafka.producer({
      idempotent: index !== PLAIN_LANE,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 5,
      retry: KAFKA_RETRY,
      // Without one of ours kafkajs hashes keys; every message of ours names its partition.
      createPartitioner: () => partitionNamed,
    });
    const connected = producer.connect().catch((error: unknown) => {
      throw new NotSent(error);
    });
    const lane = { producer, connected, sends: 0, isRetired: false };
    this.#lanes[index] = lane;
    return lane;
  }

  /** Later sends get a new producer; those under way on this one may end well. */
  #retire(index: number, lane: Lane | undefined): void {
    if (lane === undefined) return;
    if (this.#lanes[index] === lane) this.#lanes[index] = undefined;
    lane.isRetired = true;
    this.#endWhenDone(lane);
  }

  #endWhenDone(lane: Lane): void {
    if (!lane.isRetired || lane.sends > 0) return;
    const ending = lane.producer.disconnect().catch(() => undefined);
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }
}

function partitionNamed({ message }: { message: Message }): number {
  assert(message.partition !== undefined, "a message names its partition");
  return message.partition;
}

/** The producer never got so far as to send. */
class NotSent extends Error {
  constructor(cause: unknown) {
    super("not sent", { cause });
  }
}

function piecesOf(records: readonly NewRecord[], bytesMax: number) {
  const pieces: { records: NewRecord[]; bytes: number }[] = [];
  let piece = { records: [] as NewRecord[], bytes: 0 };
  for (const record of records) {
    const bytes = recordBytes(record);
    const isFull =
      piece.bytes + bytes > bytesMax || piece.records.length >= KAFKA_BATCH_RECORDS_MAX;
    if (piece.records.length === 0 || isFull) {
      piece = { records: [], bytes: 0 };
      pieces.push(piece);
    }
    piece.records.push(record);
    piece.bytes += bytes;
  }
  return pieces;
}

/** As many waiting pieces as one batch holds. */
function takeBatch(queue: Queue): Piece[] {
  let bytes = 0;
  let records = 0;
  let count = 0;
  for (const piece of queue.pieces) {
    bytes += piece.bytes;
    records += piece.records.length;
    if (count > 0 && (bytes > queue.batchBytesMax || records > KAFKA_BATCH_RECORDS_MAX)) break;
    count++;
  }
  return queue.pieces.splice(0, count);
}
