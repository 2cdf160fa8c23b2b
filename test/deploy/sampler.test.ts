import { execFile, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { utcZone } from "../../lib/domain/zone.ts";
import { describeLine } from "../../services/ingest/describe.ts";
import { skipVisibly } from "../support/skip-visibly.ts";

const FOLDER = new URL("../../deploy/sampler/", import.meta.url).pathname;
const SAMPLER = join(FOLDER, "tidegauge-sampler");
const INSTALL = join(FOLDER, "install.sh");
const VECTORS = new URL("../vectors/counters/", import.meta.url).pathname;
const LOGGER_BYTES_MAX = 1_000;

const run = promisify(execFile);

/** Shells of hosts that the sampler is for, those that this machine has. */
const SHELLS = ["dash", "busybox sh", "bash --posix", "sh"].filter(
  (shell) => spawnSync(shell.split(" ")[0]!, ["--help"]).error === undefined,
);

/** busybox may be built to prefer its own commands to all others. */
const takesCommands = (shell: string) => !shell.startsWith("busybox");

const samplerIn =
  (shell: string) =>
  async (...flags: string[]) => {
    const [program, ...first] = shell.split(" ") as [string, ...string[]];
    return (await run(program, [...first, SAMPLER, ...flags], { env: env() })).stdout;
  };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-sampler-"));
});
afterEach(async () => {
  await vi.waitFor(() => expect(leftBehind()).toEqual([]), { timeout: 5_000 });
  rmSync(folder, { recursive: true });
});

/** A command of another system, or one whose work the test looks at. */
function command(name: string, script: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin", name), 0o755);
}

const env = () => ({
  ...process.env,
  PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
});

/** Processes of the test that still run: whatever they were started by, they inherit its folder. */
function leftBehind(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((id) => {
    if (!(Number(id) > 0) || !contentOf(`/proc/${id}/environ`).includes(folder)) return [];
    return [contentOf(`/proc/${id}/cmdline`).replaceAll("\0", " ")];
  });
}

/** Empty where the process has ended, or is another user's. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** What ingest makes of a line without any configuration. */
function read(line: string) {
  const bytes = Buffer.from(line);
  const context = { referenceMs: Date.now(), zone: utcZone, arrivalMs: null };
  return describeLine(bytes, 0, bytes.length, context, 1)[0] as Record<string, unknown>;
}

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");

describe.each(SHELLS)("the sampler in %s", (shell) => {
  const sampler = samplerIn(shell);

  it("samples this kernel as ingest reads it, in lines of a logger", async (context) => {
    if (process.platform !== "linux") return skipVisibly(context, "needs Linux");
    const before = Date.now();
    const lines = linesOf(await sampler("--to", "-", "--samples", "2", "--host", "fra1-web-001"));
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LOGGER_BYTES_MAX);
    const [sample, posture, next] = lines.map(read);
    expect(sample).toMatchObject({ outcome: "pass", kind: "sample", host: "fra1-web-001" });
    expect(sample).toMatchObject({ os: "linux", timeSource: "line" });
    expect(sample!["boot"]).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
    const lateMs = Date.parse(sample!["time"] as string) - before;
    expect(Math.abs(lateMs)).toBeLessThan(5_000);
    const counters = sample!["counters"] as Record<string, number>;
    expect(Object.keys(counters)).toEqual(
      expect.arrayContaining(["Tcp.OutRsts", "Tcp.AttemptFails", "TcpExt.ListenDrops"]),
    );
    expect(next!["counters"] as object).toHaveProperty(["Tcp.InSegs"]);
    const somaxconn = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
    expect(posture).toMatchObject({ counters: {}, posture: { "net.core.somaxconn": somaxconn } });
  });

  it.each([
    [["--to", "ftp://x:1"], "no destination"],
    [["--interval", "0"], "at least one second"],
    [["--interval", "1s"], "no whole number"],
    [["--host", 'a","b'], "no host name"],
    [["--config", "/nowhere"], "cannot read"],
  ])("refuses %s", async (flags, says) => {
    await expect(sampler(...flags)).rejects.toMatchObject({
      code: 78,
      stderr: expect.stringContaining(says) as string,
    });
  });
});

describe.each(SHELLS.filter(takesCommands))("the sampler in %s, with commands of ours", (shell) => {
  const sampler = samplerIn(shell);

  it("picks counters by their names, wherever this kernel has them", async (context) => {
    if (process.platform !== "linux") return skipVisibly(context, "needs Linux");
    const other = '[ "$1" = /proc/net/snmp ] || exec /bin/cat "$@"';
    command("cat", `${other}\nexec /bin/cat "${folder}/net"`);
    const net = (tcp: string) =>
      `Tcp: A OutRsts B\nTcp: ${tcp}\nUdp: NoPorts\nUdp: 7\n` +
      "TcpExt: ListenDrops\nTcpExt: 5\n9.05 1\n";
    writeFileSync(join(folder, "net"), net("1 18446744073709551615 3"));
    const [sample] = linesOf(await sampler("--to", "-", "--samples", "1")).map(read);
    expect(sample).toMatchObject({ uptimeSeconds: 9.05 });
    expect(sample!["counters"]).toEqual({
      "Tcp.OutRsts": "18446744073709551615",
      "TcpExt.ListenDrops": 5,
      "Udp.NoPorts": 7,
    });
    // Half a file is no sample, and a value that is no number no counter.
    writeFileSync(join(folder, "net"), "Tcp: A OutRsts B\nTcp: 1 2");
    expect(await sampler("--to", "-", "--samples", "1")).toBe("");
    writeFileSync(join(folder, "net"), net("1 -2 3"));
    const [bad] = linesOf(await sampler("--to", "-", "--samples", "1")).map(read);
    expect(bad!["counters"]).toEqual({ "TcpExt.ListenDrops": 5, "Udp.NoPorts": 7 });
  });

  it("samples FreeBSD from what its commands print", async () => {
    command("uname", "case $1 in -s) echo FreeBSD ;; *) echo fra1-fw-001 ;; esac");
    command("netstat", `cat ${VECTORS}freebsd-14-netstat.json`);
    command("pfctl", "echo 'Status: Enabled for 0 days 00:01:12'");
    command("date", "case $1 in +%s) echo 1795163400 ;; *) echo 1795163400N ;; esac");
    command(
      "sysctl",
      `for name; do :; done
       case $name in
         kern.boottime) echo '{ sec = 1795162800, usec = 17 } Fri Nov 20 08:20:00 2026' ;;
         net.inet.icmp.icmplim) echo 200 ;;
         kern.ipc.sooverprio) echo -1 ;;
       esac`,
    );
    const [sample, posture] = linesOf(await sampler("--to", "-", "--samples", "1")).map(read);
    expect(sample).toMatchObject({
      host: "fra1-fw-001",
      time: "2026-11-20T08:30:00.000Z",
      os: "freebsd",
      boot: null,
      uptimeSeconds: 600,
      counters: {
        "tcp.embryonic-connections-dropped": 4005,
        "tcp.listen-queue-overflows": 21,
        "tcp.syncache.dropped": 5,
        "tcp.syncache.receivd-cookies": 0,
        "tcp.received-packets": 95_123_456,
        "udp.dropped-no-socket": 422,
      },
    });
    expect(posture!["posture"]).toEqual({
      "net.inet.icmp.icmplim": 200,
      "kern.ipc.sooverprio": -1,
      "pf.enabled": 1,
    });
  });

  it.each([
    ["syslog", "logger", "-t tidegauge -p daemon.info"],
    ["udp://relay.example.org:5514", "nc", "-u relay.example.org 5514"],
    ["udp://[2001:db8::1]:5514", "nc", "-u 2001:db8::1 5514"],
  ])("sends to %s through one %s for all lines", async (to, tool, flags) => {
    command(tool, `echo "$*" >>${folder}/calls\nexec cat >>${folder}/sent`);
    await sampler("--to", to, "--samples", "2", "--host", "h1");
    expect(readFileSync(join(folder, "calls"), "utf8")).toBe(`${flags}\n`);
    const sent = linesOf(readFileSync(join(folder, "sent"), "utf8"));
    const asSent = sent.map((line) => (tool === "logger" ? `tidegauge: ${line}` : line));
    expect(asSent.map(read).every(({ kind, host }) => kind === "sample" && host === "h1")).toBe(
      true,
    );
    expect(sent).toHaveLength(3);
  });

  /** A pause so long that nothing ends by itself while the test looks. */
  const LONG = ["--to", "syslog", "--interval", "600"];

  /** Resolves when the first lines have been taken. */
  const start = async (...flags: string[]) => {
    const [program, ...first] = shell.split(" ") as [string, ...string[]];
    const child = spawn(program, [...first, SAMPLER, ...flags], { env: env(), stdio: "ignore" });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    const sent = () => expect(contentOf(join(folder, "sent"))).toContain("posture");
    await vi.waitFor(sent, { timeout: 10_000 });
    return { child, ended };
  };

  it("ends with all that it started when it is told to", async () => {
    command("logger", `cat >${folder}/sent`);
    const { child, ended } = await start(...LONG);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("ends with all that it started when nobody takes its lines any more", async () => {
    command("logger", "read -r line");
    await expect(sampler(...LONG)).rejects.toMatchObject({
      code: 75,
      stderr: expect.stringContaining("logger ended") as string,
    });
    command("logger", "cat >/dev/null; exit 1");
    await expect(sampler("--to", "syslog", "--samples", "1")).rejects.toMatchObject({ code: 75 });
  });

  it("goes on for nobody when it was killed", async () => {
    command("logger", `cat >${folder}/sent`);
    const { child, ended } = await start("--to", "syslog", "--interval", "1");
    child.kill("SIGKILL");
    await ended;
  });
});

describe("install.sh", () => {
  const install = (...flags: string[]) => run("sh", [INSTALL, "--root", folder, ...flags]);
  const file = (path: string) => join(folder, path);

  it.each([
    ["systemd", "etc/systemd/system/tidegauge-sampler.service"],
    ["rc", "usr/local/etc/rc.d/tidegauge_sampler"],
    ["cron", "etc/cron.d/tidegauge-sampler"],
  ])(
    "installs a service of %s with one command, again, and takes it away",
    async (service, unit) => {
      const flags = ["--service", service, "--to", "udp://relay.example.org:5514"];
      await install(...flags);
      await install(...flags, "--host", "fra1-web-001");
      expect(readFileSync(file(unit), "utf8")).toContain(
        "/usr/local/sbin/tidegauge-sampler --config",
      );
      expect(readFileSync(file("usr/local/etc/tidegauge-sampler.conf"), "utf8")).toContain(
        "TO=udp://relay.example.org:5514\n",
      );
      const installed = readFileSync(file("usr/local/sbin/tidegauge-sampler"), "utf8");
      expect(installed).toBe(readFileSync(SAMPLER, "utf8"));
      await install("--uninstall", "--service", service);
      expect(existsSync(file(unit))).toBe(false);
      expect(existsSync(file("usr/local/sbin/tidegauge-sampler"))).toBe(false);
    },
  );

  it("leaves the other lines of a crontab alone", async () => {
    mkdirSync(file("etc/crontabs"), { recursive: true });
    writeFileSync(file("etc/crontabs/root"), "0 1 * * * true\n");
    await install("--service", "cron");
    await install("--service", "cron", "--interval", "5");
    expect(linesOf(readFileSync(file("etc/crontabs/root"), "utf8"))).toHaveLength(2);
    await install("--uninstall", "--service", "cron");
    expect(readFileSync(file("etc/crontabs/root"), "utf8")).toBe("0 1 * * * true\n");
  });

  it("starts nothing on settings that the sampler would refuse", async () => {
    await expect(install("--service", "cron", "--to", "ftp://x")).rejects.toMatchObject({
      code: 78,
    });
  });
});

it("shellcheck finds nothing", async (context) => {
  const shellcheck = process.env["SHELLCHECK"] ?? "shellcheck";
  if (spawnSync(shellcheck, ["--version"]).error !== undefined) {
    return skipVisibly(context, "needs shellcheck: apt-get install shellcheck");
  }
  await run(shellcheck, ["--shell=sh", SAMPLER, INSTALL]);
});
