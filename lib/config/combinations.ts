import { TOPIC_PREFIX_DEFAULT } from "../wire/topics.ts";
import { isRecord, stepInto, valueAt } from "./declaration.ts";
import { findHecFaults } from "./hec-faults.ts";
import { parseDurationMs } from "./quantity.ts";
import type { Finding } from "./problem.ts";
import { entriesOf, textOf, textsOf } from "./raw.ts";

/** Their certificate and key are checked with their other fields. */
const LISTENERS: ReadonlySet<unknown> = new Set(["syslog", "splunk_hec"]);

/** Fields that need each other, or that rule each other out. Works on a file that is wrong. */
export function findCombinationFaults(raw: unknown): Finding[] {
  return [
    ...findRuleFaults(raw),
    ...findInventoryFaults(raw),
    ...findClusterFaults(raw),
    ...findInputFaults(raw),
    ...findTlsFaults(raw),
    ...findHecFaults(raw),
    ...findOwnTopics(raw),
  ];
}

/** Rejects of rejects, and observations of observations, would go round for ever. */
function findOwnTopics(raw: unknown): Finding[] {
  if (valueAt(raw, ["stream", "engine"]) !== "kafka") return [];
  const prefix = textOf(valueAt(raw, ["stream", "prefix"])) ?? TOPIC_PREFIX_DEFAULT;
  return entriesOf(raw, "inputs").flatMap(({ index, item }) => {
    if (item["type"] !== "kafka" || item["brokers"] !== undefined || prefix === "") return [];
    return textsOf(item["topics"])
      .filter(([, topic]) => topic.startsWith(prefix))
      .map(([at]) => ({
        path: ["inputs", index, "topics", at],
        problem: "is a topic of this pipeline, which reads it already",
        remedy: "name topics that others write; those under `stream.prefix` are ours",
      }));
  });
}

function findRuleFaults(raw: unknown): Finding[] {
  const retainMs = parseDurationMs(textOf(valueAt(raw, ["time", "retain"])) ?? "24h");
  return entriesOf(raw, "rules").flatMap(({ index, item }) => {
    const path = ["rules", index];
    const findings: Finding[] = [];
    const hasSignal = item["signal"] !== undefined;
    const hasClass = item["class"] !== undefined;
    if (hasSignal && hasClass) {
      const remedy = "keep `signal` for the family, or `class` for exactly one";
      findings.push({ path: [...path, "class"], problem: "stands beside `signal`", remedy });
    }
    if (item["type"] === "host_count" && !hasSignal && !hasClass) {
      const remedy = "add `signal: tcp_reset`, or another signal or class";
      findings.push({ path: [...path, "signal"], problem: "is missing", remedy });
    }
    if (parseDurationMs(textOf(item["within"]) ?? "") > retainMs) {
      const remedy = "make `within` shorter or `time.retain` longer";
      const problem = "is longer than `time.retain`: older facts are gone by then";
      findings.push({ path: [...path, "within"], problem, remedy });
    }
    return findings;
  });
}

function findInventoryFaults(raw: unknown): Finding[] {
  if (stepInto(raw, "inventory") !== undefined) return [];
  return entriesOf(raw, "scopes")
    .filter(({ item }) => item["from"] === "inventory")
    .map(({ index }) => ({
      path: ["scopes", index, "from"],
      problem: "reads the inventory, and there is none",
      remedy: "add `inventory: hosts.csv`, or use `from: host`",
    }));
}

function findClusterFaults(raw: unknown): Finding[] {
  const hasCluster = valueAt(raw, ["stream", "kafka", "brokers"]) !== undefined;
  if (hasCluster) return [];
  const findings: Finding[] = [];
  if (valueAt(raw, ["stream", "engine"]) === "kafka") {
    const remedy = "add `kafka: { brokers: [host:9092] }` to `stream`";
    const problem = "needs `stream.kafka.brokers`";
    findings.push({ path: ["stream", "engine"], problem, remedy });
  }
  for (const key of ["inputs", "sinks"]) {
    for (const { index, item } of entriesOf(raw, key)) {
      if (item["type"] !== "kafka" || item["brokers"] !== undefined) continue;
      const remedy = "add `brokers` here, or a cluster at `stream.kafka`";
      findings.push({ path: [key, index, "brokers"], problem: "is missing", remedy });
    }
  }
  return findings;
}

function findInputFaults(raw: unknown): Finding[] {
  const findings: Finding[] = [];
  const takenBy = new Map<string, number>();
  for (const { index, item } of entriesOf(raw, "inputs")) {
    for (const [place, path] of placesOf(item)) {
      const first = takenBy.get(place);
      if (first === undefined) {
        takenBy.set(place, index);
      } else if (first !== index) {
        const problem = `is already read by inputs[${first}]`;
        findings.push({ path: ["inputs", index, path], problem, remedy: "remove one of the two" });
      }
    }
  }
  return findings;
}

/** What only one input can hold. TLS and TCP are one port to the system. */
function placesOf(item: Readonly<Record<string, unknown>>): [place: string, key: string][] {
  if (item["type"] === "stdin") return [["stdin", "type"]];
  if (item["type"] === "file") return [[`file ${textOf(item["path"])}`, "path"]];
  if (item["type"] === "splunk_hec") return [[`tcp ${textOf(item["listen"])}`, "listen"]];
  if (item["type"] === "kafka") {
    const brokers = textsOf(item["brokers"]).map(([, broker]) => broker);
    const cluster = brokers.toSorted().join(",");
    return textsOf(item["topics"]).map(([, topic]) => [`kafka ${cluster} ${topic}`, "topics"]);
  }
  if (item["type"] !== "syslog") return [];
  const given = textsOf(item["protocols"]).map(([, protocol]) => protocol);
  const protocols = given.length === 0 ? ["udp", "tcp"] : given;
  return protocols.map((protocol): [string, string] => [
    `${protocol === "udp" ? "udp" : "tcp"} ${textOf(item["listen"])}`,
    "listen",
  ]);
}

function findTlsFaults(raw: unknown): Finding[] {
  const findings: Finding[] = [];
  for (const { index, item } of entriesOf(raw, "inputs")) {
    if (item["type"] !== "syslog") continue;
    const speaksTls = textsOf(item["protocols"]).some(([, protocol]) => protocol === "tls");
    const path = ["inputs", index, "tls"];
    if (speaksTls && item["tls"] === undefined) {
      const remedy = "add `tls: { cert: …, key: … }`";
      findings.push({ path, problem: "is missing: `protocols` holds `tls`", remedy });
    }
    if (!speaksTls && item["tls"] !== undefined) {
      const remedy = "add `tls` to `protocols`, or remove it";
      findings.push({ path, problem: "is not used: `protocols` does not hold `tls`", remedy });
    }
  }
  for (const { index, item } of entriesOf(raw, "sinks")) {
    if (item["type"] === "syslog" && item["tls"] !== undefined && item["protocol"] === "udp") {
      const path = ["sinks", index, "protocol"];
      findings.push({ path, problem: "stands beside `tls`", remedy: "use `protocol: tcp`" });
    }
  }
  return [...findings, ...findHalfCertificates(raw)];
}

/** A client certificate without its key, or the reverse. */
function findHalfCertificates(raw: unknown): Finding[] {
  const places = [
    ["stream", "kafka", "tls"],
    ...entriesOf(raw, "inputs").map(({ index }) => ["inputs", index, "tls"]),
    ...entriesOf(raw, "sinks").map(({ index }) => ["sinks", index, "tls"]),
  ];
  return places.flatMap((path) => {
    const tls = valueAt(raw, path);
    if (!isRecord(tls) || (tls["cert"] === undefined) === (tls["key"] === undefined)) return [];
    const isListener =
      path[0] === "inputs" && LISTENERS.has(valueAt(raw, [...path.slice(0, 2), "type"]));
    if (isListener) return [];
    const missing = tls["cert"] === undefined ? "cert" : "key";
    const remedy = "a certificate and its key go together";
    return [{ path: [...path, missing], problem: "is missing", remedy }];
  });
}
