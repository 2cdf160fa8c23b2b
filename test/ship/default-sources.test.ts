import { expect, test } from "vitest";
import { defaultSource } from "../../services/ship/default-sources.ts";

function machine(platform: string, canReadKmsg: boolean, hasJournalctl: boolean) {
  return {
    platform,
    canReadKmsg: async () => canReadKmsg,
    hasJournalctl: async () => hasJournalctl,
  };
}

test.each([
  ["linux", true, true, "kmsg"],
  ["linux", false, true, "journald"],
  ["freebsd", false, false, "messages"],
])("%s, kmsg %s, journal %s: %s", async (platform, canReadKmsg, hasJournalctl, source) => {
  expect(await defaultSource(machine(platform, canReadKmsg, hasJournalctl))).toBe(source);
});

test.each([
  ["linux", "kernel_log_closed"],
  ["darwin", "kernel_log_unknown"],
])("%s without any says what to do", async (platform, code) => {
  await expect(defaultSource(machine(platform, false, false))).rejects.toMatchObject({
    code,
    exitCode: 78,
  });
});
