import { slotOf } from "../../../lib/domain/counted.ts";
import type { Sample } from "../../../lib/domain/sample-batch.ts";
import { formatTime } from "../../../lib/domain/time.ts";

/** A sample in the JSON form of contracts.md section 3; what a sample does not have is left out. */
export function sampleObject(host: string, os: string | null, sample: Sample): object {
  const { sampledAtMs, boot, uptimeSeconds, counters, gauges, posture } = sample;
  return {
    type: "sample",
    host,
    time: formatTime(sampledAtMs),
    ...(os === null ? {} : { os }),
    ...(boot === null ? {} : { boot }),
    ...(uptimeSeconds === null ? {} : { uptimeSeconds }),
    counters: byName(counters),
    ...(gauges.length === 0 ? {} : { gauges: byName(gauges) }),
    ...(posture.length === 0 ? {} : { posture: byName(posture) }),
  };
}

function byName(
  numbers: readonly { readonly name: string; readonly value: number | string }[],
): Record<string, number | string> {
  return Object.fromEntries(numbers.map(({ name, value }) => [name, value]));
}

/** daemon.info: the sampler is no kernel, and whoever filters on facility kern never sees it. */
const PRIORITY = 30;

/** RFC 5424 asks receivers for 8 KiB, and rsyslog and ingest cut there. */
const LINE_BYTES_MAX = 8_000;

/**
 * The same as a line of RFC 5424 whose APP-NAME says what follows. One that no receiver would take
 * has the counters that gauges read and those of TCP alone, and as many as fit: absent is absent.
 */
export function sampleLine(host: string, os: string | null, sample: Sample): string {
  const head = `<${PRIORITY}>1 ${formatTime(sample.sampledAtMs)} ${host} tidegauge - - - `;
  const lineOf = (some: Sample) => head + JSON.stringify(sampleObject(host, os, some));
  const whole = lineOf(sample);
  if (isShort(whole)) return whole;
  const read = sample.counters.filter(({ name }) => slotOf(name) !== null);
  const others = sample.counters.filter(({ name }) => slotOf(name) === null && isOfTcp(name));
  let counters = [...read, ...others];
  let line = lineOf({ ...sample, counters });
  while (!isShort(line) && counters.length > 0) {
    counters = counters.slice(0, Math.floor(counters.length * 0.9));
    line = lineOf({ ...sample, counters });
  }
  return line;
}

/** Names of counters are ASCII, and a character of a host name takes three bytes at most. */
function isShort(line: string): boolean {
  return line.length <= LINE_BYTES_MAX;
}

function isOfTcp(name: string): boolean {
  return name.startsWith("Tcp") || name.startsWith("tcp.");
}
