import type { Delivery } from "../domain/delivery.ts";
import type { ScopeKey } from "../domain/scope.ts";
import type { SnapshotChunk, SnapshotManifest } from "../domain/snapshot.ts";

/**
 * Keys of topics.ts. `/` joins the parts: realm, scope and sink names are configured without it.
 */
export function hostRecordKey(realm: string, host: string): string {
  return `${realm}/${host}`;
}

export function scopeRecordKey(scope: ScopeKey): string {
  return `${scope.name}/${scope.value}`;
}

export function deliveryRecordKey(delivery: Delivery): string {
  return `${delivery.sink}/${delivery.incidentId}`;
}

/** A new generation overwrites the last but one, piece by piece; its manifest comes last. */
export function snapshotRecordKey(record: SnapshotChunk | SnapshotManifest): string {
  const piece = "chunk" in record ? String(record.chunk) : "manifest";
  return `${record.stage}/${record.partition}/${record.generation}/${piece}`;
}
