import { describe, expect, it } from "vitest";
import { asStreamError } from "../../../lib/stream/kafka-errors.ts";
import { StreamError } from "../../../lib/stream/stream-error.ts";

const refused = Object.assign(new Error("refused"), { name: "KafkaJSConnectionError" });

describe("trouble with a cluster", () => {
  it("names the cluster of the pipeline where nothing else is said", () => {
    expect(asStreamError(refused, "joining").remedy).toContain("`brokers` of stream.kafka");
  });

  it.each([
    [refused, "`brokers` of input central"],
    [new StreamError("login_refused", "no token"), "`sasl` and `tls` of input central"],
  ])("names the input whose cluster it is", (error, says) => {
    const trouble = asStreamError(error, "joining", { place: "input central" });
    expect(trouble.remedy).toContain(says);
    expect(trouble.message).toContain(says);
  });
});
