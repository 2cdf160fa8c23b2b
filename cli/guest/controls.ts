import { createHash } from "node:crypto";
import { userInfo } from "node:os";
import type { Control } from "../../lib/domain/control.ts";
import { formatTime } from "../../lib/domain/time.ts";
import type { GuestLog } from "./guest-log.ts";
import { CONTROLS_MAX } from "./limits.ts";

/** The latest of every control, in the order in which they were written. */
export async function readControls(guest: GuestLog): Promise<ReadonlyMap<string, Control>> {
  const controls = new Map<string, Control>();
  for await (const { value } of guest.records("controls", "control")) {
    controls.delete(value.id);
    controls.set(value.id, value);
    if (controls.size > CONTROLS_MAX) controls.delete(controls.keys().next().value!);
  }
  return controls;
}

type Decided = Pick<Control, "type" | "author" | "reason" | "fromMs"> & Partial<Control>;

/** A control with everything that was not decided left open; its id is a function of the rest. */
export function controlOf(decided: Decided, nowMs: number): Control {
  const control = {
    untilMs: null,
    incidentId: null,
    scope: null,
    verdict: null,
    matchers: [],
    writtenAtMs: nowMs,
    ...decided,
  };
  const digest = createHash("sha256").update(JSON.stringify(control)).digest("hex").slice(0, 8);
  const stamp = formatTime(nowMs).slice(0, 19).replaceAll(/[-:]/g, "");
  return { id: `${control.type}-${stamp}Z-${digest}`, ...control };
}

export async function writeControl(guest: GuestLog, control: Control): Promise<void> {
  await guest.append("controls", "control", control.id, control);
}

/** Whoever is logged in; `unknown` where the system cannot say. */
export function defaultAuthor(): string {
  const named = process.env["SUDO_USER"] ?? process.env["USER"] ?? process.env["LOGNAME"];
  if (named !== undefined && named !== "") return named;
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}

/** A control as JSON: times as in every JSON of ours. */
export function controlJson(control: Control): object {
  const { id, type, author, reason, writtenAtMs, fromMs, untilMs, ...rest } = control;
  const until = untilMs === null ? null : formatTime(untilMs);
  const times = { writtenAt: formatTime(writtenAtMs), from: formatTime(fromMs), until };
  return { id, type, author, reason, ...times, ...rest };
}

/** Who decided what, when and until when, on one line. */
export function controlText(control: Control): string {
  const { id, type, author, reason, writtenAtMs, fromMs, untilMs, verdict, matchers } = control;
  const what = verdict === null ? type : `${type} ${verdict}`;
  const on = matchers.map(({ field, values }) => `${field}=${values.join(",")}`).join(" ");
  const named = [on, control.incidentId ?? ""].filter((part) => part !== "").join(" ");
  const until = untilMs === null ? "without end" : `until ${moment(untilMs)}`;
  const span = `from ${moment(fromMs)} ${until}`;
  const why = reason === "" ? "" : `: ${reason}`;
  return `${id}  ${what} ${named}  ${span}\n  by ${author} at ${moment(writtenAtMs)}${why}`;
}

export function moment(timeMs: number): string {
  return `${formatTime(timeMs).slice(0, 19).replace("T", " ")} UTC`;
}
