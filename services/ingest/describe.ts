import { isAddress } from "../../lib/domain/address.ts";
import { GAUGES } from "../../lib/domain/gauge.ts";
import { KINDS, TIME_SOURCES } from "../../lib/domain/observation.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { LISTEN_FAULTS, SEGMENT_VERDICTS, SYN_ACTIONS } from "./core/details.ts";
import type { Details } from "./core/details.ts";
import { readEvents } from "./read-events.ts";
import type { LineOrSample, SampleEvent } from "./read-events.ts";
import { readLine } from "./read-line.ts";
import type { LineContext } from "./read-line.ts";
import { DROP_REASONS, OPERATING_SYSTEMS, REJECT_REASONS, Reading } from "./core/reading.ts";
import { OUTCOME_DROP, OUTCOME_EVENTS, OUTCOME_REJECT } from "./core/reading.ts";

/** One object that `tidegauge parse` prints (contracts.md section 3). */
export type Description = Record<string, unknown>;

const decoder = new TextDecoder();
const reading = new Reading();

/** What a line says, in words: one object, or one per event of a batch. Absent values are null. */
export function describeLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: LineContext,
  lineNumber: number,
): readonly Description[] {
  readLine(bytes, start, end, context, reading);
  if (reading.outcome !== OUTCOME_EVENTS) {
    const host = textOf(bytes, reading.hostStart, reading.hostEnd);
    return [{ ...describeReading(bytes, reading, host), line: lineNumber }];
  }
  const around = {
    host: textOf(bytes, reading.hostStart, reading.hostEnd),
    timeMs: reading.timeMs,
    timeSource: reading.timeSource,
  };
  const events = readEvents(bytes, reading.textStart, reading.textEnd, context, around);
  return events.map((event) => ({
    ...describeEvent(event),
    line: lineNumber,
    ...(events.length > 1 ? { part: event.part } : {}),
  }));
}

function describeEvent(event: LineOrSample): Description {
  return event.type === "sample"
    ? describeSample(event)
    : describeReading(event.bytes, event.reading, event.host);
}

function describeReading(bytes: Uint8Array, reading: Reading, host: string | null): Description {
  if (reading.outcome === OUTCOME_DROP) {
    return { outcome: "drop", reason: DROP_REASONS[reading.reason] };
  }
  if (reading.outcome === OUTCOME_REJECT) {
    return { outcome: "reject", reason: REJECT_REASONS[reading.reason] };
  }
  return {
    outcome: "pass",
    kind: KINDS[reading.kind],
    ...describeKind(reading.details.joined ?? bytes, reading),
    host,
    time: timeOf(reading.timeMs),
    timeSource: TIME_SOURCES[reading.timeSource],
    uptimeSeconds: numberOf(reading.uptimeSeconds),
    os: OPERATING_SYSTEMS[reading.os] ?? null,
    ...(isLimit(reading) ? vendorOf(reading) : {}),
  };
}

function isLimit(reading: Reading): boolean {
  return KINDS[reading.kind] === "limit";
}

function vendorOf(reading: Reading): Description {
  const isF5 = OPERATING_SYSTEMS[reading.os] === "f5";
  return {
    vendor: isF5 ? "f5" : null,
    ...(reading.details.impossible ? { impossible: true } : {}),
  };
}

function describeKind(bytes: Uint8Array, reading: Reading): Description {
  const { details } = reading;
  switch (KINDS[reading.kind]) {
    case "limit":
      return {
        class: GAUGES[reading.gauge] ?? null,
        offered: reading.offered,
        allowed: reading.allowed,
        suppressed: reading.suppressed,
        repeat: reading.count,
      };
    case "listen_overflow":
      return describeListener(bytes, reading);
    case "syn_flood":
      return {
        port: portOf(details.destinationPort),
        address: addressOf(bytes, details.destinationStart, details.destinationEnd),
        protocol: textOf(bytes, details.protocolStart, details.protocolEnd),
        action: SYN_ACTIONS[details.action] ?? null,
      };
    case "conntrack_full":
    case "pf_limit":
    case "mbuf_limit":
      return { what: textOf(bytes, details.whatStart, details.whatEnd) };
    case "connect_attempt":
      return { ...describeEnds(bytes, details), ...describeFlags(bytes, details, true) };
    case "drop_open_request":
      return {
        source: addressOf(bytes, details.sourceStart, details.sourceEnd),
        sourcePort: portOf(details.sourcePort),
      };
    case "tcp_segment":
      return {
        ...describeEnds(bytes, details),
        ...describeFlags(bytes, details, false),
        what: SEGMENT_VERDICTS[details.whatCode] ?? null,
      };
    case "callbacks_suppressed":
      return {
        callback: textOf(bytes, details.whatStart, details.whatEnd),
        count: reading.count,
      };
    case "repeat":
      return { count: reading.count, of: textOf(bytes, details.ofStart, details.ofEnd) };
    default:
      return {};
  }
}

function describeListener(bytes: Uint8Array, reading: Reading): Description {
  const { details } = reading;
  const path = textOf(bytes, details.destinationStart, details.destinationEnd);
  const isLocal = path !== null && path.startsWith("/");
  const euid = Number(textOf(bytes, details.euidStart, details.euidEnd) ?? Number.NaN);
  return {
    what: LISTEN_FAULTS[details.whatCode] ?? null,
    queueLength: details.hasQueueLength ? reading.offered : null,
    occurrences: details.hasOccurrences ? reading.count : null,
    pcb: textOf(bytes, details.pcbStart, details.pcbEnd),
    address: isLocal ? path : addressOf(bytes, details.destinationStart, details.destinationEnd),
    port: portOf(details.destinationPort),
    protocol: details.protocolNumber < 0 ? null : details.protocolNumber,
    euid: numberOf(euid),
    jail: textOf(bytes, details.jailStart, details.jailEnd),
  };
}

function describeEnds(bytes: Uint8Array, details: Details): Description {
  return {
    source: addressOf(bytes, details.sourceStart, details.sourceEnd),
    sourcePort: portOf(details.sourcePort),
    destination: addressOf(bytes, details.destinationStart, details.destinationEnd),
    destinationPort: portOf(details.destinationPort),
  };
}

function describeFlags(bytes: Uint8Array, details: Details, hasProtocol: boolean): Description {
  const protocol = details.protocolNumber === 17 ? "udp" : "tcp";
  return {
    ...(hasProtocol ? { protocol } : {}),
    flags: textOf(bytes, details.flagsStart, details.flagsEnd),
  };
}

function describeSample({ sample, timeSource }: SampleEvent): Description {
  const { host, timeMs, os, boot, uptimeSeconds } = sample;
  return {
    outcome: "pass",
    kind: "sample",
    host,
    time: timeOf(timeMs),
    timeSource: TIME_SOURCES[timeSource],
    uptimeSeconds,
    os,
    boot,
    counters: toObject(sample.counters),
    gauges: toObject(sample.gauges),
    posture: toObject(sample.posture),
  };
}

function toObject(names: SampleEvent["sample"]["counters"]): Description {
  return Object.fromEntries(names.map(({ name, value }) => [name, value]));
}

function textOf(bytes: Uint8Array, start: number, end: number): string | null {
  return start < 0 ? null : decoder.decode(bytes.subarray(start, end));
}

/** An address, or null where a poster put something else in its place. */
function addressOf(bytes: Uint8Array, start: number, end: number): string | null {
  const text = textOf(bytes, start, end);
  return text !== null && isAddress(text) ? text : null;
}

function portOf(port: number): number | null {
  return port < 0 ? null : port;
}

function numberOf(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function timeOf(timeMs: number): string | null {
  return Number.isNaN(timeMs) ? null : formatTime(timeMs);
}
