import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Link,
  type Tracer,
} from "@opentelemetry/api";
import type { Headers } from "../stream/stream.ts";

/** What is being done, as spans; names are constants, attributes never hold addresses or texts. */
export type Doing = "append lines" | "fold batch" | "publish" | "deliver";

export interface SpanOptions {
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Headers of the records that this work comes from: linked, since a batch has many parents. */
  readonly from?: readonly Headers[];
}

/** The port to traces; its twin without an SDK is the same API, which then does nothing. */
export interface Tracing {
  /** Runs `work` inside a span that ends, with its error, when the work does. */
  during<T>(doing: Doing, options: SpanOptions, work: () => Promise<T>): Promise<T>;
  /** `traceparent` of the span around, for the headers of a record or a request; else empty. */
  headers(): Headers;
}

export function otelTracing(tracer: Tracer = trace.getTracer("tidegauge")): Tracing {
  return {
    during(doing, { attributes = {}, from = [] }, work) {
      const links = from.flatMap(linkOf);
      const options = { kind: SpanKind.INTERNAL, attributes, links };
      return tracer.startActiveSpan(doing, options, async (span) => {
        try {
          return await work();
        } catch (error) {
          // The code only: a message may hold what a sender wrote.
          const { code } = error as { readonly code?: unknown };
          span.setStatus({
            code: SpanStatusCode.ERROR,
            message: typeof code === "string" ? code : "bug",
          });
          throw error;
        } finally {
          span.end();
        }
      });
    },
    headers() {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      return carrier;
    },
  };
}

function linkOf(headers: Headers): Link[] {
  if (headers["traceparent"] === undefined) return [];
  const context = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers));
  return context === undefined ? [] : [{ context }];
}
