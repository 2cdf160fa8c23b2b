import type { IncomingMessage } from "node:http";
import { createGunzip, type Gunzip } from "node:zlib";
import { LIMITS } from "../limits.ts";

/** Why a body was not read to its end. `gone` is a sender that hung up. */
export type BodyFault = "too_large" | "no_room" | "bad_gzip" | "unknown_encoding" | "gone";

/** Memory that the bodies of all requests share. */
export class BodyMemory {
  #held = 0;

  get held(): number {
    return this.#held;
  }

  take(bytes: number): boolean {
    if (this.#held + bytes > LIMITS.bodiesBytesMax) return false;
    this.#held += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}

/**
 * A request's body, unpacked. What has been read of it is held in `memory` until the caller
 * releases its length; of a body with a fault nothing is. The rest of such a body is read away, so
 * that its sender gets to read the answer.
 */
export function readBody(
  request: IncomingMessage,
  memory: BodyMemory,
): Promise<Buffer | BodyFault> {
  const encoding = request.headers["content-encoding"]?.toLowerCase() ?? "identity";
  const isGzip = encoding === "gzip" || encoding === "x-gzip";
  if (!isGzip && encoding !== "identity") return Promise.resolve("unknown_encoding");
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > LIMITS.bodyBytesMax) return Promise.resolve("too_large");
  return new Promise((resolve) => {
    new BodyReader(request, isGzip ? createGunzip() : null, memory, resolve).start();
  });
}

class BodyReader {
  readonly #request: IncomingMessage;
  readonly #gunzip: Gunzip | null;
  readonly #memory: BodyMemory;
  readonly #resolve: (body: Buffer | BodyFault) => void;
  readonly #chunks: Buffer[] = [];
  #wireBytes = 0;
  #bytes = 0;
  #isOver = false;

  constructor(
    request: IncomingMessage,
    gunzip: Gunzip | null,
    memory: BodyMemory,
    resolve: (body: Buffer | BodyFault) => void,
  ) {
    this.#request = request;
    this.#gunzip = gunzip;
    this.#memory = memory;
    this.#resolve = resolve;
  }

  start(): void {
    const request = this.#request;
    const gunzip = this.#gunzip;
    request.on("data", (chunk: Buffer) => this.#receive(chunk));
    request.on("error", () => this.#fail("gone"));
    request.on("close", () => {
      if (!request.complete) this.#fail("gone");
    });
    if (gunzip === null) request.on("end", () => this.#finish());
    else {
      request.on("end", () => gunzip.end());
      gunzip.on("data", (chunk: Buffer) => this.#take(chunk));
      gunzip.on("drain", () => request.resume());
      gunzip.on("error", () => this.#fail("bad_gzip"));
      gunzip.on("end", () => this.#finish());
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#wireBytes += chunk.length;
    if (this.#wireBytes > LIMITS.bodyBytesMax) this.#fail("too_large");
    else if (this.#gunzip === null) this.#take(chunk);
    else if (!this.#gunzip.write(chunk)) this.#request.pause();
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#bytes + chunk.length > LIMITS.unpackedBytesMax) return this.#fail("too_large");
    if (!this.#memory.take(chunk.length)) return this.#fail("no_room");
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#resolve(Buffer.concat(this.#chunks));
  }

  #fail(fault: BodyFault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#memory.release(this.#bytes);
    this.#chunks.length = 0;
    this.#gunzip?.destroy();
    this.#request.resume();
    this.#resolve(fault);
  }
}
