import { Worker } from "node:worker_threads";
import { assert } from "../domain/assert.ts";
import type {
  WorkerReply,
  WorkerRequest,
  WorkerResult,
  WorkerSettings,
} from "./embedded-messages.ts";
import { START_ID } from "./embedded-messages.ts";
import { StreamError } from "./stream-error.ts";

/** Without the id, which this file gives. */
export type Request = WorkerRequest extends infer Each
  ? Each extends WorkerRequest
    ? Omit<Each, "id">
    : never
  : never;

interface Waiting {
  readonly resolve: (result: WorkerResult) => void;
  readonly reject: (error: StreamError) => void;
}

/** The main thread's end of the writing thread. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastId = START_ID;
  #failure: StreamError | null = null;
  #closed: Promise<void> | null = null;

  private constructor(settings: WorkerSettings) {
    const url = new URL("./embedded-worker.ts", import.meta.url);
    this.#worker = new Worker(url, { workerData: settings });
    this.#worker.on("message", (replies: readonly WorkerReply[]) => this.#settle(replies));
    this.#worker.on("error", (error) => this.#fail("the writing thread failed", error));
    this.#exited = new Promise((resolve) => {
      this.#worker.on("exit", () => {
        this.#fail("the writing thread has ended");
        resolve();
      });
    });
  }

  static async start(settings: WorkerSettings): Promise<WorkerLink> {
    const link = new WorkerLink(settings);
    try {
      await link.#await(START_ID);
    } catch (error) {
      await link.#worker.terminate();
      throw error;
    }
    return link;
  }

  request(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<WorkerResult> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    this.#worker.postMessage({ ...request, id }, transfer);
    return this.#await(id);
  }

  /** After everything that was requested before. */
  close(): Promise<void> {
    this.#closed ??= this.request({ type: "close" }).then(() => this.#exited);
    return this.#closed;
  }

  #await(id: number): Promise<WorkerResult> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #settle(replies: readonly WorkerReply[]): void {
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      assert(waiting !== undefined, "each reply has its request");
      this.#waiting.delete(reply.id);
      if ("result" in reply) waiting.resolve(reply.result);
      else waiting.reject(new StreamError(reply.code, reply.what));
    }
  }

  #fail(what: string, cause?: unknown): void {
    this.#failure ??= new StreamError("log_failed", what, cause);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}
