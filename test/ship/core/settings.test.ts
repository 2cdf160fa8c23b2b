import { describe, expect, it } from "vitest";
import {
  FREEBSD_SETTINGS,
  isSamePosture,
  readBootTime,
  readPfStatus,
  readSysctls,
  settingsOf,
} from "../../../services/ship/core/settings.ts";

describe("settings", () => {
  it("are those that the release has, also below zero", () => {
    const values = readSysctls(
      "net.inet.icmp.icmplim: 200\nnet.inet.icmp.icmplim_output: 0\nkern.ipc.sooverprio: -1\n" +
        "kern.ipc.somaxconn: many\nkern.hostname: x: y\n",
    );
    expect(settingsOf(FREEBSD_SETTINGS, values)).toEqual([
      { name: "net.inet.icmp.icmplim", value: 200 },
      { name: "net.inet.icmp.icmplim_output", value: 0 },
      { name: "kern.ipc.sooverprio", value: -1 },
    ]);
  });

  it("of pf are said by its status", () => {
    expect(
      readPfStatus("No ALTQ support\nStatus: Enabled for 0 days 00:01:12  Debug: Urgent"),
    ).toBe(1);
    expect(readPfStatus("Status: Disabled for 0 days")).toBe(0);
    expect(readPfStatus("pfctl: /dev/pf: Permission denied")).toBeNull();
  });

  it("know the boot", () => {
    expect(readBootTime("{ sec = 1795163400, usec = 12 } Fri Nov 20 08:30:00 2026")).toBe(
      1_795_163_400_000,
    );
    expect(readBootTime("")).toBeNull();
  });

  it("differ by a name or a number", () => {
    const a = [{ name: "a", value: 1 }];
    expect(isSamePosture(a, [{ name: "a", value: 1 }])).toBe(true);
    expect(isSamePosture(a, [{ name: "a", value: 2 }])).toBe(false);
    expect(isSamePosture(a, [])).toBe(false);
  });
});
