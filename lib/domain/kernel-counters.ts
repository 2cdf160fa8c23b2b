/** Parameters of the stack that stand among its counters (RFC 4022, RFC 4293). */
const CONSTANTS = new Set([
  "Ip.Forwarding",
  "Ip.DefaultTTL",
  "Tcp.RtoAlgorithm",
  "Tcp.RtoMin",
  "Tcp.RtoMax",
  "Tcp.MaxConn",
]);

/** What is, and was not counted. */
const GAUGES = new Set(["Tcp.CurrEstab", "MPTcpExt.MPCurrEstab"]);

/** What a number of /proc/net/snmp and netstat is; a name that nobody knows is a counter. */
export function kindOfNumber(name: string): "counter" | "gauge" | "constant" {
  if (CONSTANTS.has(name)) return "constant";
  return GAUGES.has(name) ? "gauge" : "counter";
}
