import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogFormat } from "../../offline/formats.ts";
import { asLines } from "../../offline/format-source.ts";
import { bytesOf, textOf } from "./bytes-of.ts";

const TEXT = "Limiting tcp reset response from 422 to 192 packets/sec";
const NO_ROW = ",";

async function linesOf(table: string, format: LogFormat = "auto"): Promise<unknown[]> {
  const text = await textOf(asLines(bytesOf(table), format));
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => (line.startsWith("{") ? (JSON.parse(line) as unknown) : line));
}

describe("a SIEM's export as lines", () => {
  test.each([
    ["Splunk", '"_time",host,"_raw"', `2026-11-20T08:30:00.000+0000,fw1,"${TEXT}"`],
    [
      "Elastic",
      '"@timestamp","host.name","event.original"',
      `2026-11-20T08:30:00.000Z,fw1,${TEXT}`,
    ],
    ["Graylog, semicolons", "timestamp;source;message", `2026-11-20T08:30:00.000Z;fw1;${TEXT}`],
    ["a byte order mark, tabs", "\uFEFFtime\thost\tmsg", `2026-11-20T08:30:00Z\tfw1\t${TEXT}`],
  ])("%s", async (_name, header, row) => {
    const lines = await linesOf(`${header}\r\n${row}\r\n`);
    expect(lines).toEqual([
      NO_ROW,
      {
        type: "line",
        host: "fw1",
        time: expect.stringContaining("2026-11-20T08:30:00"),
        text: TEXT,
      },
    ]);
  });

  test("consoles' own dates and zones", async () => {
    const azure = 'TimeGenerated [UTC],HostName,SyslogMessage\n"11/20/2026, 12:05:09.5 AM",fw1,x\n';
    expect((await linesOf(azure))[1]).toMatchObject({ time: "2026-11-20T00:05:09.5Z" });
    const noon = 'TimeGenerated [UTC],HostName,SyslogMessage\n"1/2/2026, 12:05:09 PM",fw1,x\n';
    expect((await linesOf(noon))[1]).toMatchObject({ time: "2026-01-02T12:05:09Z" });
    const kibana = '@timestamp,host,message\n"Nov 20, 2026 @ 08:30:00.123",fw1,x\n';
    expect((await linesOf(kibana))[1]).toMatchObject({ time: "2026-11-20T08:30:00.123" });
  });

  test("who said it counts: the program goes before the message, a dash is nothing", async () => {
    const table = `EventTime,HostName,SyslogMessage,ProcessName\n-,-,${TEXT},kernel\n,,${TEXT},\n`;
    expect(await linesOf(table)).toEqual([
      NO_ROW,
      { type: "line", host: null, time: null, text: `kernel: ${TEXT}` },
      { type: "line", host: null, time: null, text: TEXT },
    ]);
  });

  test("a quoted field may hold separators, quotes and lines; line numbers stay", async () => {
    const table = `time,host,message\n2026,a,"one, ""two""\nthree"\n\n2026,b,four`;
    expect(await linesOf(table)).toEqual([
      NO_ROW,
      { type: "line", host: "a", time: "2026", text: 'one, "two"\nthree' },
      NO_ROW,
      "",
      { type: "line", host: "b", time: "2026", text: "four" },
    ]);
  });

  test("a quote that never ends costs its own line and no other", async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `2026,host-${i},${TEXT}`);
    const lines = await linesOf(`time,host,message\n2026,a,"torn\n${rows.join("\n")}\n`);
    expect(lines).toHaveLength(rows.length + 2);
    expect(lines[1]).toMatchObject({ host: "a", text: "torn" });
    expect(lines.at(-1)).toMatchObject({ host: "host-29999", text: TEXT });
  });

  test("a row that is longer than anything real is one line too long", async () => {
    const table = `time,host,message\n2026,a,${"x".repeat(3_000_000)}\n2026,b,${TEXT}\n`;
    const source = asLines(bytesOf(table, 65_536), "csv");
    const lines = (await textOf(source)).split("\n");
    expect(lines.map((line) => (line.startsWith("{") ? "row" : line.length))).toEqual([
      1,
      8_193,
      "row",
      0,
    ]);
  });

  test("any fields come through, however the bytes are cut", async () => {
    const field = fc.stringMatching(/^[a-z",;\n ]{0,12}$/);
    const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 20 }), async (fields, atOnce) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const table = fields.map(([host, text]) => `${quoted(host)},${quoted(text)}\n`).join("");
        const source = asLines(bytesOf(`host,message\n${table}`, atOnce), "csv");
        const lines = (await textOf(source)).split("\n").filter((line) => line.startsWith("{"));
        expect(lines.map((line) => (JSON.parse(line) as { text: string }).text)).toEqual(
          fields.map(([, text]) => text),
        );
      }),
    );
  });
});

describe("what is no table stays as it is", () => {
  test.each([
    "",
    "\n",
    "message",
    "message\n",
    `Nov 20 08:30:00 fw1 kernel: ${TEXT}\n`,
    `{"message":"${TEXT}","host":"fw1"}\n`,
    "name,age\nada,36\n",
    `${"x".repeat(40_000)}\n`,
  ])("%j", async (content) => {
    expect(await textOf(asLines(bytesOf(content), "auto"))).toBe(content);
  });

  test("and a table that is called text is text", async () => {
    const table = "time,host,message\n2026,a,b\n";
    expect(await textOf(asLines(bytesOf(table), "text"))).toBe(table);
  });
});
