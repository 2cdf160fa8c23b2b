import http from "node:http";
import https from "node:https";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NO_IDENTITY_RULES } from "../../../lib/domain/host-identity.ts";
import { wallClock } from "../../../lib/process/clock.ts";
import type { MemoryFaults } from "../../../lib/stream/memory.ts";
import {
  HecListener,
  type HecListenerOptions,
} from "../../../services/ingest/listen/hec-listener.ts";
import { listenWorld } from "./listen-world.ts";

export const TLS_FOLDER = fileURLToPath(new URL("../../vectors/tls/", import.meta.url));
export const TOKEN = "0b7d2f4e-6a1c-4f0e-9d51-2c3b4a5d6e7f";
export const CHANNEL = "FE0ECFAD-13D5-401B-847D-77833BD77131";

export interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null sends none. */
  readonly authorization?: string | null;
  readonly agent?: http.Agent;
  readonly client?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: http.IncomingHttpHeaders;
}

type Over = Partial<Omit<HecListenerOptions, "identity" | "listen">> & {
  readonly faults?: MemoryFaults;
};

/** A started inlet and a way to ask it. */
export async function hecWorld({ faults, ...over }: Over = {}) {
  const world = listenWorld(faults, wallClock);
  const input = new HecListener(world.world, {
    identity: { name: "hec", realm: "", keep: "candidates" },
    listen: { host: "127.0.0.1", port: 0 },
    tls: null,
    tokens: [{ name: "copy", value: { reveal: () => TOKEN } }],
    ack: false,
    queryToken: false,
    connectionsMax: 512,
    rules: NO_IDENTITY_RULES,
    ...over,
  });
  await input.start(world.context);
  const { port } = input.address;
  const ask = (asked: Asked = {}) => request(port, (over.tls ?? null) !== null, asked);
  return { ...world, input, port, ask };
}

function request(port: number, isTls: boolean, asked: Asked): Promise<Answered> {
  const { path = "/services/collector/event", body, authorization = `Splunk ${TOKEN}` } = asked;
  const headers: Record<string, string> = { ...asked.headers };
  if (authorization !== null) headers["authorization"] = authorization;
  if (body !== undefined) headers["content-length"] = String(Buffer.byteLength(body));
  const options = {
    port,
    host: "127.0.0.1",
    path,
    method: asked.method ?? "POST",
    headers,
    ...(asked.agent === undefined ? {} : { agent: asked.agent }),
  };
  const own = (name: string) => readFileSync(TLS_FOLDER + name);
  return new Promise((resolve, reject) => {
    const sent = isTls
      ? https.request({
          ...options,
          ca: own("ca.pem"),
          ...(asked.client === undefined
            ? {}
            : { cert: own(`${asked.client}.pem`), key: own(`${asked.client}.key`) }),
        })
      : http.request(options);
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: response.statusCode ?? 0,
          body: text === "" ? null : JSON.parse(text),
          headers: response.headers,
        });
      });
    });
    sent.end(body);
  });
}
