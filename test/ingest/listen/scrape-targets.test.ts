import fc from "fast-check";
import { expect, it } from "vitest";
import { readTargets } from "../../../services/ingest/listen/scrape-targets.ts";

it("reads lines: an address or a URL, and whose counters they are", () => {
  const text =
    "# the fleet\nfra1-web-001:9100\nhttps://10.0.0.2:9100/metrics?x=1 fra1-web-002\n\n" +
    "[2001:db8::1]:9100\tfra1-web-003\r\nftp://x/\na b c\nhttp://\n";
  expect(readTargets(text)).toEqual({
    targets: [
      { url: "http://fra1-web-001:9100/metrics", host: null },
      { url: "https://10.0.0.2:9100/metrics?x=1", host: "fra1-web-002" },
      { url: "http://[2001:db8::1]:9100/metrics", host: "fra1-web-003" },
    ],
    bad: 3,
  });
});

it("reads the JSON of Prometheus's file_sd_config", () => {
  const groups = [
    { targets: ["10.0.0.1:9100", "10.0.0.2:9100"], labels: { job: "node" } },
    {
      targets: ["10.0.0.3:19999"],
      labels: { __scheme__: "https", __metrics_path__: "/api/v1/allmetrics", host: "web3" },
    },
    { labels: {} },
    { targets: [17] },
  ];
  expect(readTargets(JSON.stringify(groups))).toEqual({
    targets: [
      { url: "http://10.0.0.1:9100/metrics", host: null },
      { url: "http://10.0.0.2:9100/metrics", host: null },
      { url: "https://10.0.0.3:19999/api/v1/allmetrics", host: "web3" },
    ],
    bad: 2,
  });
  expect(() => readTargets('[{"targets":')).toThrow(SyntaxError);
});

it("asks nobody twice, and takes any text", () => {
  expect(readTargets("a:1\na:1\n").targets).toHaveLength(1);
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (!text.trimStart().startsWith("[")) readTargets(text);
    }),
  );
});
