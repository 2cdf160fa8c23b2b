import { formatTime, formatTimeOfDay } from "../../../lib/domain/time.ts";

/** `1284002` as `1,284,002`. */
export function formatCount(value: number): string {
  const digits = String(Math.round(value));
  let text = "";
  for (let i = 0; i < digits.length; i++) {
    const left = digits.length - i;
    text += digits[i]!;
    if (left > 1 && left % 3 === 1) text += ",";
  }
  return text;
}

/** `1 host`, `37 hosts`. */
export function countOf(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `8 s`, `12 min`, `3 h 5 min`: whole units that a tired person reads at once. */
export function formatDuration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** `08:29:10 UTC on 2026-11-20`. */
export function formatMoment(second: number): string {
  return `${formatTimeOfDay(second * 1_000)} UTC on ${formatTime(second * 1_000).slice(0, 10)}`;
}

/** `08:29:10 UTC`, where the day has been said. */
export function formatClock(second: number): string {
  return `${formatTimeOfDay(second * 1_000)} UTC`;
}

/** `from 08:29:10 to 08:41:02 UTC on 2026-11-20`, with both dates where they differ. */
export function formatSpan(fromSecond: number, toSecond: number): string {
  const day = formatTime(fromSecond * 1_000).slice(0, 10);
  const lastDay = formatTime(toSecond * 1_000).slice(0, 10);
  const from = formatTimeOfDay(fromSecond * 1_000);
  const to = formatTimeOfDay(toSecond * 1_000);
  if (day !== lastDay) return `from ${from} UTC on ${day} to ${to} UTC on ${lastDay}`;
  return `from ${from} to ${to} UTC on ${day}`;
}
