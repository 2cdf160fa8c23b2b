import type { SampleFault, SampleReading } from "../envelopes/json-sample.ts";
import { BAD_JSON, isObject, parseJson } from "../envelopes/json-value.ts";
import { isNetdataExport, readNetdataExport, readNetdataJson } from "./netdata.ts";
import { isNodeExporter, readNodeExporter } from "./node-exporter.ts";

/** What a scraped body says, told by its content: node_exporter or Netdata in either form. */
export function readScraped(body: string): SampleReading | SampleFault {
  if (body.startsWith("{")) {
    const value = parseJson(body);
    return value !== BAD_JSON && isObject(value) ? readNetdataJson(value) : "bad_sample";
  }
  if (isNodeExporter(body)) return readNodeExporter(body);
  return isNetdataExport(body) ? readNetdataExport(body) : "bad_sample";
}
