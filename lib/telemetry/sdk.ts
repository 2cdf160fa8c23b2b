import { context, diag, DiagLogLevel, metrics, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { EXPORT_WITHIN_MS } from "./limits.ts";

export interface TelemetryOptions {
  /** `tidegauge-up`, `tidegauge-ingest`: what a trace or a series belongs to. */
  readonly service: string;
  readonly version: string;
  /** Where spans go by OTLP/HTTP, such as http://127.0.0.1:4318/v1/traces; null makes none. */
  readonly tracesUrl: string | null;
  /** Told what the SDK itself complains of: a collector that is away, a metric of two kinds. */
  readonly failed: (what: string) => void;
}

export interface Telemetry {
  /** Prometheus text exposition format 0.0.4, as of now. */
  metricsText(): Promise<string>;
  /** Sends what waits, for two seconds at most, and takes the SDK away from the API. */
  stop(): Promise<void>;
}

/** Registers the SDK behind the API; only where a process is wired, once, before otelMeters(). */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  listenToSdk(options.failed);
  const resource = resourceFromAttributes({
    "service.name": options.service,
    "service.version": options.version,
  });
  const reader = new PrometheusExporter({ preventServerStart: true });
  // Series per metric are bounded by the SDK itself: 2,000, then one for all others.
  const meters = new MeterProvider({ resource, readers: [reader] });
  metrics.setGlobalMeterProvider(meters);
  const tracers = startTraces(options.tracesUrl, resource);
  // Neither labels of scope nor a target_info: there is one scope, and the scraper knows its
  // target.
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    async metricsText() {
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) throw new AggregateError(errors, "a metric could not be collected");
      return serializer.serialize(resourceMetrics);
    },
    async stop() {
      const ends = await Promise.allSettled([tracers?.shutdown(), meters.shutdown()]);
      for (const end of ends) if (end.status === "rejected") options.failed(String(end.reason));
      for (const api of [metrics, trace, context, propagation, diag]) api.disable();
    },
  };
}

function startTraces(
  url: string | null,
  resource: ReturnType<typeof resourceFromAttributes>,
): TracerProvider | null {
  if (url === null) return null;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_WITHIN_MS });
  const tracers = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_WITHIN_MS })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(tracers);
  return tracers;
}

function listenToSdk(failed: (what: string) => void): void {
  const tell = (what: string) => failed(what);
  const quiet = () => {};
  const logger = { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
