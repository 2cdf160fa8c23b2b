import type { Control } from "../../../lib/domain/control.ts";
import { LIMITS } from "../limits.ts";
import type { IncidentRecord } from "./incident-record.ts";

/** What people and tools have said about the time around an incident. */
export interface Announced {
  /** Some deploy mark has come at some time: without any, nothing is known of deploys. */
  readonly hasDeployFeed: boolean;
  /** Deploys marked near the incident's start, the nearest first. */
  readonly deploys: readonly Control[];
  /** Maintenance that overlaps the incident, in the order in which it began. */
  readonly maintenance: readonly Control[];
}

/** What a replay knows: nobody has told it anything. */
export const NOTHING_ANNOUNCED: Announced = { hasDeployFeed: false, deploys: [], maintenance: [] };

export interface KnownControlsState {
  readonly nextOffset: number;
  readonly hasDeployFeed: boolean;
  readonly controls: readonly Control[];
}

/**
 * The latest deploy marks and maintenance windows, by event time. Each comes with its offset in
 * `controls`: what lies before the last one is an old truth, told again after a crash.
 */
export class KnownControls {
  #nextOffset = 0;
  #hasDeployFeed = false;
  readonly #controls = new Map<string, Control>();

  get(id: string): Control | null {
    return this.#controls.get(id) ?? null;
  }

  /** False where it was told before. Null forgets the id. */
  put(offset: number, id: string, control: Control | null): boolean {
    if (offset < this.#nextOffset) return false;
    this.#nextOffset = offset + 1;
    this.#controls.delete(id);
    if (control === null || !isAnnouncement(control)) return true;
    this.#hasDeployFeed ||= control.type === "deploy";
    this.#controls.set(id, control);
    if (this.#controls.size > LIMITS.controlsMax) this.#makeRoom();
    return true;
  }

  around(record: IncidentRecord, concerns: (control: Control) => boolean): Announced {
    const near = [...this.#controls.values()].filter(
      (control) => isNear(control, record) && concerns(control),
    );
    const distanceMs = ({ fromMs }: Control) => Math.abs(fromMs - record.startedAt * 1_000);
    const deploys = near.filter(({ type }) => type === "deploy");
    const maintenance = near.filter(({ type }) => type === "maintenance");
    return {
      hasDeployFeed: this.#hasDeployFeed,
      deploys: deploys.toSorted((a, b) => distanceMs(a) - distanceMs(b) || byId(a, b)),
      maintenance: maintenance.toSorted((a, b) => a.fromMs - b.fromMs || byId(a, b)),
    };
  }

  /** Lets go of what was over before `second`. */
  forgetBefore(second: number): void {
    for (const [id, control] of this.#controls) {
      if (endMsOf(control) < second * 1_000) this.#controls.delete(id);
    }
  }

  state(): KnownControlsState {
    const controls = [...this.#controls.values()];
    return { nextOffset: this.#nextOffset, hasDeployFeed: this.#hasDeployFeed, controls };
  }

  restore({ nextOffset, hasDeployFeed, controls }: KnownControlsState): void {
    this.#nextOffset = nextOffset;
    this.#hasDeployFeed = hasDeployFeed;
    for (const control of controls) this.#controls.set(control.id, control);
  }

  /** What ended first can matter least. */
  #makeRoom(): void {
    const [first] = [...this.#controls.values()].toSorted(
      (a, b) => endMsOf(a) - endMsOf(b) || byId(a, b),
    );
    if (first !== undefined) this.#controls.delete(first.id);
  }
}

/** Whether a control belongs to the time of an incident, whatever it is about. */
export function isNear(control: Control, record: IncidentRecord): boolean {
  const { type, fromMs, untilMs } = control;
  const fromSecond = fromMs / 1_000;
  const untilSecond = (untilMs ?? fromMs) / 1_000;
  const { startedAt, lastSeenAt } = record;
  if (type === "maintenance") {
    return fromSecond <= lastSeenAt && (untilMs === null || untilSecond > startedAt);
  }
  return (
    type === "deploy" &&
    fromSecond <= startedAt + LIMITS.deployAfterSeconds &&
    untilSecond >= startedAt - LIMITS.deployBeforeSeconds
  );
}

/** One that ends where it begins, or before, was taken back. */
function isAnnouncement({ type, fromMs, untilMs }: Control): boolean {
  if (type !== "deploy" && type !== "maintenance") return false;
  return untilMs === null || untilMs > fromMs;
}

/** A deploy mark without an end is a moment; maintenance without one goes on. */
function endMsOf({ type, fromMs, untilMs }: Control): number {
  return untilMs ?? (type === "deploy" ? fromMs : Number.POSITIVE_INFINITY);
}

function byId(a: Control, b: Control): number {
  return a.id < b.id ? -1 : 1;
}
