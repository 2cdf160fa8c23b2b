import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sink } from "../../services/notify/deliver/sink.ts";
import { digestKey, digestOf } from "../../services/notify/formats/digest.ts";
import type { Notice } from "../../services/notify/formats/notice.ts";
import { incident, revised } from "../notify/incidents.ts";

/** What the contract suite needs of an adapter under test. */
export interface SinkHarness {
  /** A sink whose target works. */
  open(): Promise<Sink>;
  /** Every notice that the target has, as it would be read there: whole objects in order. */
  received(): Promise<unknown[]>;
  /** The target does not work until it is mended; null where nothing can break it. */
  readonly break: (() => Promise<void>) | null;
  mend(): Promise<void>;
  /** Clears away. */
  close(sink: Sink): Promise<void>;
}

const NEVER = new AbortController().signal;
const TAKEN = { type: "taken" };

export function noticeOf(number: number, over: Parameters<typeof incident>[1] = {}): Notice {
  const one = incident(number, over);
  return { type: "incident", key: `${one.id}/${one.revision}/s`, urgency: "page", incident: one };
}

/** What services/notify/deliver/sink.ts promises, for every adapter. */
export function describeSink(name: string, harness: SinkHarness): void {
  describe(`the ${name} sink keeps its promises`, () => {
    let sink: Sink;
    beforeEach(async () => {
      sink = await harness.open();
      await sink.open();
    });
    afterEach(() => harness.close(sink));

    it("hands over the incident object, and nothing but that", async () => {
      const first = incident(1);
      const notices = [first, revised(first), incident(2)].map((each): Notice => ({
        type: "incident",
        key: `${each.id}/${each.revision}/s`,
        urgency: "update",
        incident: each,
      }));
      for (const notice of notices) expect(await sink.deliver(notice, NEVER)).toMatchObject(TAKEN);
      expect(await harness.received()).toEqual([first, revised(first), incident(2)]);
    });

    it("hands over a digest with every id", async () => {
      const digest = digestOf("s", [incident(1), incident(2)]);
      const notice: Notice = { type: "digest", key: digestKey(digest), urgency: "page", digest };
      expect(await sink.deliver(notice, NEVER)).toMatchObject(TAKEN);
      expect(await harness.received()).toEqual([digest]);
    });

    it("lets no text of an incident become anything else", async () => {
      const hostile = 'a\r\nwebhook-id: b\n\u001b[2J\u0000{"id":"c"}\u2028\u202e"\ud800\u009b31m';
      const notice = noticeOf(1, { title: hostile, summary: hostile });
      expect(await sink.deliver(notice, NEVER)).toMatchObject(TAKEN);
      const received = (await harness.received()) as { id: string }[];
      expect(received.map(({ id }) => id)).toEqual([incident(1).id]);
    });

    it("takes an incident as large as the log does", async () => {
      const one = incident(1).hosts.list[0]!;
      const list = Array.from({ length: 1_000 }, (_, i) => ({ ...one, host: `host-${i}` }));
      const notice = noticeOf(1, { hosts: { count: 5_000, list, truncated: true } });
      expect(await sink.deliver(notice, NEVER)).toMatchObject(TAKEN);
      expect(await harness.received()).toHaveLength(1);
    });

    const { break: breakTarget } = harness;
    if (breakTarget !== null) {
      it("says that it failed, leaves nothing behind, and goes on when it is mended", async () => {
        expect(await sink.deliver(noticeOf(1), NEVER)).toMatchObject(TAKEN);
        await breakTarget();
        const failed = await sink.deliver(noticeOf(2), NEVER);
        expect(["troubled", "answered"]).toContain(failed.type);
        await harness.mend();
        expect(await sink.deliver(noticeOf(3), NEVER)).toMatchObject(TAKEN);
        const received = (await harness.received()) as { id: string }[];
        expect(received.map(({ id }) => id)).toEqual([incident(1).id, incident(3).id]);
      });
    }

    it("ends an attempt that is cut off before it began", async () => {
      expect(await sink.deliver(noticeOf(1), AbortSignal.abort())).toEqual({ type: "stopped" });
    });

    it("can be closed twice", async () => {
      await sink.close();
      await sink.close();
    });
  });
}
