import { isRecord } from "./declaration.ts";
import type { Finding } from "./problem.ts";
import { entriesOf, textOf } from "./raw.ts";

const LOOPBACK = /^(?:127\.|localhost:|\[::1\]:)/;

/** Fields of `splunk_hec` inputs that need each other. Works on a file that is wrong. */
export function findHecFaults(raw: unknown): Finding[] {
  return entriesOf(raw, "inputs")
    .filter(({ item }) => item["type"] === "splunk_hec")
    .flatMap(({ index, item }) => {
      const path = ["inputs", index];
      return [...findTokenFaults(item, path), ...findPlainFaults(item, path)];
    });
}

function findTokenFaults(item: Readonly<Record<string, unknown>>, path: Finding["path"]) {
  const findings: Finding[] = [];
  const hasOne = item["token"] !== undefined;
  const hasSeveral = item["tokens"] !== undefined;
  if (hasOne && hasSeveral) {
    const remedy = "keep one of the two";
    const problem = "stands beside `tokens`";
    findings.push({ path: [...path, "token"], problem, remedy, hidden: true });
  }
  if (!hasOne && !hasSeveral) {
    const remedy = "add `token` (best by …_TOKEN_FILE), or `tokens` with a name for each";
    findings.push({ path: [...path, "token"], problem: "is missing", remedy });
  }
  const names = new Set<string>();
  for (const { index, item: token } of entriesOf(item, "tokens")) {
    const name = textOf(token["name"]);
    if (name === null) continue;
    if (names.has(name)) {
      const remedy = "give each token a name of its own";
      const problem = "is the name of another token";
      findings.push({ path: [...path, "tokens", index, "name"], problem, remedy });
    }
    names.add(name);
  }
  return findings;
}

/** A token in the clear is anyone's. */
function findPlainFaults(item: Readonly<Record<string, unknown>>, path: Finding["path"]) {
  const listen = textOf(item["listen"]);
  if (isRecord(item["tls"]) || listen === null || LOOPBACK.test(listen)) return [];
  const remedy = "add `tls: { cert: …, key: … }`, or listen on 127.0.0.1";
  const problem = "is missing: a token must not cross a network in the clear";
  return [{ path: [...path, "tls"], problem, remedy }];
}
