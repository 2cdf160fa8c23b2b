import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { StdoutSink } from "../../../services/notify/deliver/stdout.ts";
import { describeSink, noticeOf } from "../../contract/sink.ts";

const NEVER = new AbortController().signal;

/** A stream that keeps what is written, as a pipe or as a terminal. */
class Kept extends Writable {
  readonly isTTY: boolean;
  text = "";
  broken = false;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.broken) return done(new Error("write EPIPE"));
    this.text += chunk.toString();
    done();
  }
}

let kept = new Kept(false);

describeSink("stdout", {
  open: async () => {
    kept = new Kept(false);
    return new StdoutSink({ name: "s", format: "auto" }, kept);
  },
  received: async () =>
    kept.text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown),
  // A stream that failed once is gone for good, and the process with it.
  break: null,
  mend: async () => {},
  close: (sink) => sink.close(),
});

describe("standard output", () => {
  test("is text at a terminal, without what could steer it", async () => {
    const stream = new Kept(true);
    const sink = new StdoutSink({ name: "s", format: "auto" }, stream);
    await sink.deliver(noticeOf(1, { title: "fra1: \u001b[2J37 hosts" }), NEVER);
    expect(stream.text).toContain("HIGH confirmed  fra1: \\u001b[2J37 hosts");
    expect(stream.text).toContain("fra1-web-001: Limiting tcp reset response from 422 to 192");
    expect(stream.text).not.toContain("\u001b");
  });

  test("is what the configuration says, wherever it goes", async () => {
    const [terminal, pipe] = [new Kept(true), new Kept(false)];
    await new StdoutSink({ name: "s", format: "json" }, terminal).deliver(noticeOf(1), NEVER);
    await new StdoutSink({ name: "s", format: "human" }, pipe).deliver(noticeOf(1), NEVER);
    expect(terminal.text.startsWith("{")).toBe(true);
    expect(pipe.text.startsWith("HIGH")).toBe(true);
  });

  test("that is gone is trouble, and no more than that", async () => {
    const stream = new Kept(false);
    stream.on("error", () => {});
    stream.broken = true;
    const sink = new StdoutSink({ name: "s", format: "json" }, stream);
    const answer = await sink.deliver(noticeOf(1), NEVER);
    expect(answer).toEqual({ type: "troubled", trouble: "io", said: "write EPIPE" });
  });
});
