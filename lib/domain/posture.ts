/** A setting of a host because of which its lines or counters cannot say all. */
export interface BlindSpot {
  /** As sysctl calls it. */
  readonly setting: string;
  readonly isBlind: (value: number) => boolean;
  /** Before "on 12 hosts". */
  readonly words: string;
}

/** The worst for whoever waits for lines first; Tally.blind has this order, never reorder. */
export const BLIND_SPOTS: readonly BlindSpot[] = [
  {
    setting: "net.inet.icmp.icmplim_output",
    isBlind: (value) => value === 0,
    words: "limiter output is off",
  },
  {
    setting: "net.inet.icmp.icmplim",
    isBlind: (value) => value <= 0,
    words: "the limiter is off, so every packet is answered and no line written,",
  },
  {
    setting: "net.inet.tcp.blackhole",
    isBlind: (value) => value > 0,
    words: "closed TCP ports answer nothing, so nothing is limited,",
  },
  {
    setting: "net.inet.udp.blackhole",
    isBlind: (value) => value > 0,
    words: "closed UDP ports answer nothing, so nothing is limited,",
  },
];

const INDEX = new Map(BLIND_SPOTS.map(({ setting }, index) => [setting, index]));

/** Index of the blind spot that a setting decides; -1 where it decides none. */
export function blindSpotOf(setting: string): number {
  return INDEX.get(setting) ?? -1;
}

/** What the settings of one host hide, one sentence each. */
export function hiddenBySettings(settings: ReadonlyMap<string, number>): string[] {
  return BLIND_SPOTS.flatMap(({ setting, isBlind, words }) => {
    const value = settings.get(setting);
    return value !== undefined && isBlind(value) ? [words.replace(/,$/u, "")] : [];
  });
}

/** How many hosts have each, in the order of BLIND_SPOTS: `limiter output is off on 12 hosts`. */
export function blindSentences(hosts: ArrayLike<number>): string[] {
  return BLIND_SPOTS.flatMap(({ words }, index) => {
    const count = hosts[index] ?? 0;
    return count === 0 ? [] : [`${words} on ${count} ${count === 1 ? "host" : "hosts"}`];
  });
}
