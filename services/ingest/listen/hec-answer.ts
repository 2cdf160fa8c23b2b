/** What a sender is told: the HTTP status, and Splunk's own words and code as JSON. */
export interface HecAnswer {
  readonly status: number;
  readonly text: string;
  readonly code: number;
  /** Which event of the request was bad, counted from 0. */
  readonly invalidEventNumber?: number;
  readonly ackId?: number;
  /** For the poll of acknowledgements, instead of text and code. */
  readonly acks?: Readonly<Record<string, boolean>>;
}

/**
 * The answers of Splunk's HTTP Event Collector that an inlet of ours gives (its reference of error
 * codes). 404, 405, 413 and 415 are HTTP's own; Splunk repeats the status there or has no code.
 */
export const HEC_ANSWERS = {
  success: { status: 200, text: "Success", code: 0 },
  tokenRequired: { status: 401, text: "Token is required", code: 2 },
  invalidAuthorization: { status: 401, text: "Invalid authorization", code: 3 },
  invalidToken: { status: 403, text: "Invalid token", code: 4 },
  noData: { status: 400, text: "No data", code: 5 },
  invalidFormat: { status: 400, text: "Invalid data format", code: 6 },
  internalError: { status: 500, text: "Internal server error", code: 8 },
  busy: { status: 503, text: "Server is busy", code: 9 },
  channelMissing: { status: 400, text: "Data channel is missing", code: 10 },
  invalidChannel: { status: 400, text: "Invalid data channel", code: 11 },
  eventRequired: { status: 400, text: "Event field is required", code: 12 },
  eventBlank: { status: 400, text: "Event field cannot be blank", code: 13 },
  ackDisabled: { status: 400, text: "ACK is disabled", code: 14 },
  badFields: { status: 400, text: "Error in handling indexed fields", code: 15 },
  noQueryToken: { status: 400, text: "Query string authorization is not enabled", code: 16 },
  healthy: { status: 200, text: "HEC is healthy", code: 17 },
  queuesFull: { status: 503, text: "HEC is unhealthy, queues are full", code: 18 },
  shuttingDown: { status: 503, text: "Server is shutting down", code: 23 },
  tooLarge: { status: 413, text: "Request entity too large", code: 27 },
  notFound: { status: 404, text: "The requested URL was not found on this server.", code: 404 },
  wrongMethod: { status: 405, text: "Method Not Allowed", code: 405 },
  wrongEncoding: { status: 415, text: "Unsupported content encoding", code: 6 },
} as const satisfies Readonly<Record<string, HecAnswer>>;

export function hecJson({ text, code, invalidEventNumber, ackId, acks }: HecAnswer): string {
  if (acks !== undefined) return JSON.stringify({ acks });
  return JSON.stringify({
    text,
    code,
    ...(invalidEventNumber === undefined ? {} : { "invalid-event-number": invalidEventNumber }),
    ...(ackId === undefined ? {} : { ackId }),
  });
}
