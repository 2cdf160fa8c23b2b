import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  webhookKey,
  webhookSignature,
} from "../../../services/notify/deliver/webhook-signature.ts";

/** Of the tests of the reference libraries of Standard Webhooks, in several languages. */
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const BODY = '{"test": 2432232314}';
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

describe("a signature", () => {
  test("is the published one", () => {
    expect(webhookSignature([webhookKey(SECRET, "hook")], ID, 1_614_265_330, BODY)).toBe(SIGNATURE);
    const bare = SECRET.slice("whsec_".length);
    expect(webhookSignature([webhookKey(bare, "hook")], ID, 1_614_265_330, BODY)).toBe(SIGNATURE);
  });

  test("of two secrets is two, so that each side may change in its own time", () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const keys = [SECRET, other].map((secret) => webhookKey(secret, "hook"));
    const [first, second, ...more] = webhookSignature(keys, ID, 1_614_265_330, BODY).split(" ");
    expect([first, more]).toEqual([SIGNATURE, []]);
    const mac = createHmac("sha256", Buffer.alloc(32, 7)).update(`${ID}.1614265330.${BODY}`);
    expect(second).toBe(`v1,${mac.digest("base64")}`);
  });

  test("changes with every byte of what is signed", () => {
    const keys = [webhookKey(SECRET, "hook")];
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.string(), (id, seconds, body) => {
        const signature = webhookSignature(keys, id, seconds, body);
        expect(webhookSignature(keys, id, seconds + 1, body)).not.toBe(signature);
        expect(webhookSignature(keys, id, seconds, `${body} `)).not.toBe(signature);
      }),
    );
  });
});

describe("a secret", () => {
  test.each(["", "whsec_", "whsec_short", "correct horse battery staple!", "whsec_ü".padEnd(50)])(
    "%j is none, and is not shown",
    (secret) => {
      const read = () => webhookKey(secret, "hook");
      expect(read).toThrow(expect.objectContaining({ code: "webhook_secret_invalid" }));
      if (secret.length > 6) expect(read).not.toThrow(secret);
    },
  );
});
