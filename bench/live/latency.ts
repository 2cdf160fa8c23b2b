import { setTimeout as pause } from "node:timers/promises";
import { timeText } from "../../sim/log-line.ts";
import { noiseText } from "../../sim/noise.ts";
import { FLOOD_RULE } from "../../test/support/live/flood-script.ts";
import { TcpSender } from "../../test/support/live/tcp-sender.ts";
import { until } from "../../test/support/live/up-process.ts";
import { WebhookReceiver } from "../../test/support/live/webhook-receiver.ts";
import { numberText, printTable } from "../table.ts";
import { cpuSecondsOf, startUp } from "./up-under-test.ts";

const LINES_PER_SECOND = 2_000;
const STEP_MS = 10;
/** From one flood to the next; not a whole second, so that they fall anywhere in one. */
const FLOOD_EVERY_MS = 1_370;
const HOSTS_PER_SITE = 50;

/** Prints p50 and p99 over so many floods, each of a site of its own. */
export async function latency(floods: number): Promise<void> {
  const receiver = await WebhookReceiver.start();
  const hook = { name: "hook", type: "webhook", url: receiver.url, allow: ["127.0.0.1"] };
  const sinks = [{ ...hook }];
  const routes = [{ sinks: ["hook"], page_on: "suspected" }];
  // Each flood is a page of its own: with the usual limit some would come as a digest.
  const limits = { pages_per_minute: 1_000 };
  const { up, port } = await startUp({ rules: [FLOOD_RULE], sinks, routes, limits });
  const sender = new TcpSender(port);
  await until("connection", () => sender.isConnected);
  const metMs = new Map<string, number>();
  const waitsMs: number[] = [];
  receiver.onReceived(({ atMs, incident }) => {
    const sinceMs = metMs.get(incident.scope.value);
    if (sinceMs === undefined || incident.revision !== 1) return;
    waitsMs.push(atMs - sinceMs);
    metMs.delete(incident.scope.value);
  });

  const cpuBefore = cpuSecondsOf(up.pid);
  const startedMs = performance.now();
  let sent = 0;
  for (let flood = 0; flood < floods;) {
    await pause(STEP_MS);
    const passedMs = performance.now() - startedMs;
    const due = Math.floor((passedMs * LINES_PER_SECOND) / 1_000);
    sender.send(Array.from({ length: due - sent }, (_, i) => background(sent + i)));
    sent = due;
    if (passedMs < flood * FLOOD_EVERY_MS) continue;
    const site = `flood${flood++}`;
    for (const line of floodOf(site)) sender.send([line]);
    metMs.set(site, performance.now());
  }
  await until("notification of every flood", () => metMs.size === 0);
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpu = (cpuSecondsOf(up.pid) - cpuBefore) / seconds;
  sender.close();
  await up.stop();
  await receiver.stop();
  waitsMs.sort((a, b) => a - b);
  const at = (share: number) => waitsMs[Math.ceil(waitsMs.length * share) - 1]!;
  const ms = (value: number) => `${numberText(value)} ms`;
  printTable(`From the line that meets the rule to the webhook, ${waitsMs.length} floods`, [
    ["lines/s", "p50", "p99", "longest", "CPU of the process"],
    [
      numberText(sent / seconds),
      ms(at(0.5)),
      ms(at(0.99)),
      ms(waitsMs.at(-1)!),
      `${numberText(cpu * 100)} % of a core`,
    ],
  ]);
}

/** A line of each host that the rule asks for; the last one meets it. */
export function floodOf(site: string): string[] {
  const time = timeText(Math.floor(Date.now() / 1_000));
  const text = "kernel: Limiting tcp reset response from 422 to 192 packets/sec";
  return Array.from({ length: FLOOD_RULE.hosts }, (_, host) => {
    return `<5>${time} ${site}-web-${host} ${text}`;
  });
}

/** Three lines in ten are ours: one host each, so that no rule is met. */
export function background(number: number): string {
  const time = timeText(Math.floor(Date.now() / 1_000));
  const site = number % 400;
  const host = `calm${site}-web-${Math.floor(number / 400) % HOSTS_PER_SITE}`;
  if (number % 10 > 2) return `<38>${time} ${host} ${noiseText(number)}`;
  const offered = number % 100 === 0 ? 300 : 150;
  const text = `Limiting icmp ping response from ${offered} to 200 packets/sec`;
  return `<5>${time} ${host} kernel: ${text}`;
}
