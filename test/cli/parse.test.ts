import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { jsonLines, runTidegauge } from "../support/run-tidegauge.ts";

const LIMIT =
  "Nov 20 08:30:00 fra1-web-001 kernel: Limiting tcp reset response from 422 to 192 packets/sec";
const AT = ["--reference-time", "2026-11-20T12:00:00Z"];
const CASES = fileURLToPath(new URL("../../examples/cases", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "tidegauge-parse-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("parse", () => {
  test("prints the objects of the contract, in input order, numbered by line", async () => {
    const bad = LIMIT.replace("422 to 192", "999999999999 to -1");
    const input = `${LIMIT}\nNov 20 08:30:00 fra1-web-001 sshd[7]: hello\n${bad}\n\n${LIMIT}`;
    const { stdout, stderr, code } = await runTidegauge(["parse", ...AT], { input });
    expect(stdout.split("\n")[0]).toBe(
      '{"outcome":"pass","kind":"limit","class":"tcp_reset","offered":422,"allowed":192,' +
        '"suppressed":230,"repeat":1,"host":"fra1-web-001","time":"2026-11-20T08:30:00.000Z",' +
        '"timeSource":"line","uptimeSeconds":null,"os":"freebsd","vendor":null,"line":1}',
    );
    expect(jsonLines(stdout).slice(1)).toEqual([
      { outcome: "drop", reason: "not_ours", line: 2 },
      { outcome: "reject", reason: "number_out_of_range", line: 3 },
      { outcome: "drop", reason: "empty", line: 4 },
      expect.objectContaining({ outcome: "pass", line: 5 }),
    ]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  });

  test("a line ends at a newline only, and may be 8 KiB, or 1 MiB of JSON", async () => {
    const lines = [
      `${LIMIT}\r\u000b\u000c\u2028${LIMIT}`,
      `${LIMIT} ${"x".repeat(8_192)}`,
      JSON.stringify({ message: LIMIT, more: "x".repeat(100_000) }),
      JSON.stringify({ message: LIMIT, more: "x".repeat(1_048_576) }),
      LIMIT,
    ];
    const { stdout } = await runTidegauge(["parse", ...AT], { input: lines.join("\n") });
    const said = jsonLines(stdout).map(({ line, kind, reason }) => [line, kind ?? reason]);
    expect(said).toEqual([
      [1, "limit"],
      [2, "line_too_long"],
      [3, "limit"],
      [4, "line_too_long"],
      [5, "limit"],
    ]);
  });

  test("reads files one after another, whatever they are packed in", async () => {
    const files = [
      written("plain.log", LIMIT),
      written("old.log.gz", gzipSync(LIMIT)),
      written("older.log.zst", zstdCompressSync(Buffer.from(LIMIT))),
    ];
    const { stdout } = await runTidegauge(["parse", ...AT, ...files, "-"], { input: LIMIT });
    expect(jsonLines(stdout).map(({ kind, line }) => [kind, line])).toEqual(
      Array.from({ length: 4 }, () => ["limit", 1]),
    );
  });

  test("reads dates in the zone that was told", async () => {
    const args = ["parse", ...AT, "--zone", "Asia/Kolkata"];
    const { stdout } = await runTidegauge(args, { input: LIMIT });
    expect(jsonLines(stdout)[0]).toMatchObject({ time: "2026-11-20T03:00:00.000Z" });
  });

  test("a zone that there is not is a question that cannot be answered", async () => {
    const { stdout, stderr, code } = await runTidegauge(["parse", "--zone", "Mars/One", "-"]);
    expect(stderr).toContain("'Mars/One' is invalid. Give an IANA zone such as Europe/Berlin");
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  });

  test("tells the events of a batch apart", async () => {
    const input = JSON.stringify([{ message: LIMIT }, { message: "hello" }]);
    const { stdout } = await runTidegauge(["parse", ...AT], { input });
    expect(jsonLines(stdout).map(({ outcome, line, part }) => [outcome, line, part])).toEqual([
      ["pass", 1, 1],
      ["drop", 1, 2],
    ]);
  });

  test("for people: a line about each line", async () => {
    const input = `${LIMIT}\nhello\n\n${LIMIT.replace("422 to 192", "422 to -192")}\n`;
    const { stdout } = await runTidegauge(["parse", ...AT, "-o", "human"], { input });
    expect(stdout).toBe(
      [
        "1: 2026-11-20 08:30:00 UTC  fra1-web-001  " +
          "limit tcp_reset, 422 wanted, 192 allowed, 230 suppressed",
        "2: not ours",
        "3: empty",
        "4: rejected, number_out_of_range",
        "",
      ].join("\n"),
    );
  });

  test.each(["human", "json"])("%s output carries no control character", async (format) => {
    const text = `Limiting tcp reset response from 422 to 192 packets/sec`;
    const hostile = { type: "line", host: "\u001b[2J\u0007\u202efra1\nfake", text };
    const quoted = "sonewconn: pcb 0x1\u001b[31m: Listen queue overflow: 193 already in queue";
    const input = `${JSON.stringify(hostile)}\n<5>Nov 20 08:30:00 fra1 kernel: ${quoted}\n`;
    const { stdout } = await runTidegauge(["parse", ...AT, "-o", format], { input });
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
  });

  test("a file that breaks off is read as far as it goes, and the exit code says so", async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `${LIMIT} ${i * 7_919}`).join("\n");
    const packed = gzipSync(lines);
    const file = written("torn.log.gz", packed.subarray(0, packed.length - 400));
    const { stdout, stderr, code } = await runTidegauge(["parse", ...AT, file]);
    expect(jsonLines(stdout).length).toBeGreaterThan(100);
    expect(stderr).toMatch(/^file_broken: .*torn\.log\.gz breaks off after /);
    expect(code).toBe(1);
  });

  test("a file that is not there is a question that cannot be answered", async () => {
    const { stdout, stderr, code } = await runTidegauge(["parse", join(folder, "none.log")]);
    expect(stderr).toMatch(/^file_unreadable: .*none\.log does not exist\n {2}name a file/);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  });

  test.each(["garbage/input.log", "splunk-export/input.csv"])(
    "every line of %s ends in an outcome, under its own number",
    async (path) => {
      const file = join(CASES, path);
      const { stdout } = await runTidegauge(["parse", ...AT, file]);
      const count = readFileSync(file).filter((byte) => byte === 0x0a).length;
      expect(jsonLines(stdout).map(({ line }) => line)).toEqual(
        Array.from({ length: count }, (_, at) => at + 1),
      );
    },
  );

  test("a table without a column for the line is refused, with what to call it", async () => {
    const file = written("people.csv", "name,age\nada,36\n");
    const { stderr, code } = await runTidegauge(["parse", "--format", "csv", file]);
    expect(stderr).toMatch(/^csv_no_message_column: .*people\.csv: its first row names no column/);
    expect(code).toBe(2);
  });
});
