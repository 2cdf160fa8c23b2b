/** A topic in the answer of `topics plan|apply`. */
export interface PlannedTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
  readonly state: "create" | "created" | "differs" | "fits";
  readonly fits: boolean;
  readonly differences: readonly {
    readonly what: string;
    readonly is: string;
    readonly shouldBe: string;
    /** The services refuse to start on it. */
    readonly stopsServices: boolean;
    readonly remedy: string;
  }[];
}

const STATES = {
  create: "is missing: `topics apply` creates it",
  created: "created",
  differs: "differs",
  fits: "fits",
} as const;

/** One topic as text: its state, then what differs, each with the way to mend it. */
export function planText(planned: PlannedTopic): string {
  const { topic, partitions, replication, state, differences } = planned;
  const size = `${partitions} partitions, ${replication} ${replication === 1 ? "copy" : "copies"}`;
  const lines = differences.flatMap(({ what, is, shouldBe, stopsServices, remedy }) => [
    `  ${what} is ${is}, not ${shouldBe}${stopsServices ? ": the services refuse it" : ""}`,
    `    ${remedy}`,
  ]);
  return [`${topic} (${size}): ${STATES[state]}`, ...lines].join("\n");
}
