/** Child of embedded.test.ts: appends without end and prints each acknowledged offset. */
import { writeSync } from "node:fs";
import { wallClock } from "../../lib/process/clock.ts";
import { EmbeddedLog } from "../../lib/stream/embedded.ts";
import { PLAIN, record } from "../contract/stream-harness.ts";

const path = process.argv[2] as string;
const log = await EmbeddedLog.open({ path, role: "owner", who: "child", clock: wallClock });
await log.ensureTopics([PLAIN]);

for (let round = 0; ; round++) {
  const calls = [0, 1, 2].map(async (partition) => {
    const text = `${partition}/${round}/`.padEnd(3_000, "x");
    const { firstOffset } = await log.append("plain", partition, [record(text), record(text)]);
    writeSync(1, `${partition} ${firstOffset} ${round}\n`);
  });
  // Several on their way at once, as under load.
  if (round % 5 === 0) await Promise.all(calls);
}
