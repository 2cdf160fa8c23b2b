import { z } from "zod";
import { list } from "./field.ts";
import { alertmanagerSink } from "./sinks/alertmanager.ts";
import { fileSink } from "./sinks/file.ts";
import { heartbeatSink } from "./sinks/heartbeat.ts";
import { kafkaSink } from "./sinks/kafka.ts";
import { stdoutSink } from "./sinks/stdout.ts";
import { syslogSink } from "./sinks/syslog.ts";
import { webhookSink } from "./sinks/webhook.ts";

/** Every sink there is: a new one is a file in sinks/ and a line here. */
const sink = z.discriminatedUnion("type", [
  stdoutSink,
  fileSink,
  syslogSink,
  alertmanagerSink,
  webhookSink,
  kafkaSink,
  heartbeatSink,
]);

export const sinks = list(sink, { min: 0, max: 64 }, "Where notifications go.").prefault([
  { name: "stdout", type: "stdout" },
]);
