import { Stamp } from "./stamp.ts";

/** Who the tag says wrote the text; the tag decides whether the text counts. */
export const TAG_NONE = 0;
export const TAG_KERNEL = 1;
/** `/kernel:`, FreeBSD up to 4. */
export const TAG_SLASH_KERNEL = 2;
/** `kernel[0]:`, macOS. */
export const TAG_KERNEL_ZERO = 3;
/** F5's traffic management microkernel: limit lines only. */
export const TAG_TMM = 4;
/** A syslog daemon about itself: repeats only. */
export const TAG_SYSLOGD = 5;
/** The project's own sampler: JSON follows. */
export const TAG_TIDEGAUGE = 6;

/** What stands around a kernel text, in place. Reused for every line. */
export class Envelope {
  readonly stamp = new Stamp();
  hostStart = -1;
  hostEnd = -1;
  tag = TAG_NONE;
  uptimeSeconds = Number.NaN;
  textStart = 0;
  textEnd = 0;
  /** Quoted by a daily mail, so when it arrived says nothing about when it happened. */
  undated = false;
  /** RFC 5424 APP-NAME where the header was torn out of the text: `tcp` of `Limiting tcp`. */
  tornStart = -1;
  tornEnd = -1;

  reset(): void {
    this.stamp.reset();
    this.hostStart = -1;
    this.hostEnd = -1;
    this.tag = TAG_NONE;
    this.uptimeSeconds = Number.NaN;
    this.undated = false;
    this.tornStart = -1;
    this.tornEnd = -1;
  }
}
