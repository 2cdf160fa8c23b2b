import type { StreamErrorCode } from "./stream-error.ts";
import type { Appended, TopicSpec } from "./stream.ts";

/** What goes to the writing thread and back. */
export interface AppendRequest {
  readonly type: "append";
  readonly id: number;
  readonly partitionId: number;
  readonly count: number;
  readonly frame: Uint8Array;
  /** Of compacted topics only: the key of each record. */
  readonly keys: readonly string[] | null;
  readonly tombstones: number;
}

export interface CommitRequest {
  readonly type: "commit";
  readonly id: number;
  readonly group: string;
  readonly positions: readonly (readonly [partitionId: number, offset: number])[];
}

export type WriteRequest = AppendRequest | CommitRequest;

export type WorkerRequest =
  | WriteRequest
  | { readonly type: "ensure"; readonly id: number; readonly topics: readonly TopicSpec[] }
  | { readonly type: "clean"; readonly id: number; readonly nowMs: number }
  | { readonly type: "close"; readonly id: number };

/** An append's place; true from `clean` when there is more to do. */
export type WorkerResult = Appended | boolean | null;

export type WorkerReply =
  | { readonly id: number; readonly result: WorkerResult }
  | { readonly id: number; readonly code: StreamErrorCode; readonly what: string };

export interface WorkerSettings {
  readonly path: string;
  readonly create: boolean;
}

/** The id of the reply to being started. */
export const START_ID = 0;
