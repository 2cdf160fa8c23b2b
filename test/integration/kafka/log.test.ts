import { describeLog } from "../../contract/stream.ts";
import { onKafka, openPrefixed } from "../../support/kafka-client.ts";
import type { PrefixedLog } from "../../support/prefixed-log.ts";

onKafka((brokers) =>
  describeLog("kafka", {
    open: () => openPrefixed(brokers),
    reopen: async (log) => {
      await log.close();
      return openPrefixed(brokers, (log as PrefixedLog).prefix);
    },
    close: (log) => log.close(),
    nowMs: () => Date.now(),
    clean: null,
    rebalancesAtOnce: false,
    slow: true,
  }),
);
