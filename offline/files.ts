import type { HostDirectory } from "../lib/domain/host-directory.ts";
import type { Zone } from "../lib/domain/zone.ts";
import { LIMITS } from "../services/ingest/limits.ts";
import { type ByteSource, openFile, standardInput } from "./byte-source.ts";
import { asLines } from "./format-source.ts";
import type { LogFormat } from "./formats.ts";
import { LineSource } from "./line-source.ts";

export interface InputOptions {
  /** Paths; `-` or none is standard input. */
  readonly files: readonly string[];
  readonly format: LogFormat;
  readonly directory: HostDirectory;
  readonly realm: string;
  readonly originHost: string | null;
  readonly zone: Zone;
  /** Years of dates without one; null takes each file's own time of modification. */
  readonly referenceMs: number | null;
  readonly nowMs: number;
  readonly onReject: (file: string, line: number, reason: number, bytes: Uint8Array) => void;
}

export interface OpenInput {
  readonly bytes: ByteSource;
  readonly lines: LineSource;
}

/**
 * A buffer that fits the second-level cache reads fastest; a thousand files share what a few large
 * ones would take.
 */
const BUFFER_BYTES_TOTAL = 32 * 1024 * 1024;
const BUFFER_BYTES_MAX = 256 * 1024;
const BUFFER_BYTES_MIN = 16 * 1024;
const BATCH_FACTS_MIN = 128;

export function openInputs(options: InputOptions): OpenInput[] {
  const files = options.files.length === 0 ? ["-"] : options.files;
  const share = Math.floor(BUFFER_BYTES_TOTAL / files.length);
  const bufferBytes = Math.min(BUFFER_BYTES_MAX, Math.max(BUFFER_BYTES_MIN, share));
  const batchFacts = Math.max(BATCH_FACTS_MIN, Math.floor(LIMITS.batchFacts / files.length));
  return files.map((file) => {
    const bytes = openBytes(file, options.format);
    const { directory, realm, originHost, zone } = options;
    const referenceMs = options.referenceMs ?? bytes.modifiedMs ?? options.nowMs;
    const lines = new LineSource(
      bytes,
      {
        context: { referenceMs, zone, arrivalMs: null },
        directory,
        realm,
        originHost,
        origin: bytes.name,
        batchFacts,
        onReject: (reason, line, rejected) => options.onReject(bytes.name, line, reason, rejected),
      },
      bufferBytes,
    );
    return { bytes, lines };
  });
}

/** A path or `-`, as lines whatever it is: plain, compressed, or a SIEM's export. */
export function openBytes(file: string, format: LogFormat): ByteSource {
  return asLines(file === "-" ? standardInput() : openFile(file), format);
}
