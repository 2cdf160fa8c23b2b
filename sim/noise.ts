/** A line after its host name, made from one number; none of these is a limit line. */
type Noise = (n: number) => string;

function address(n: number): string {
  return `198.51.${100 + ((n >>> 8) & 1)}.${n & 255}`;
}

function port(n: number): number {
  return 1_024 + (n % 60_000);
}

function pid(n: number): number {
  return 300 + (n % 90_000);
}

const PATHS = ["/", "/index.html", "/api/v1/orders", "/static/app.js", "/healthz", "/login"];

const COMMON: readonly Noise[] = [
  (n) =>
    `sshd[${pid(n)}]: Failed password for invalid user ops from ${address(n)} port ${port(n)} ssh2`,
  (n) => `sshd[${pid(n)}]: Connection closed by ${address(n)} port ${port(n)} [preauth]`,
  (n) =>
    `sshd[${pid(n)}]: Accepted publickey for deploy from ${address(n)} port ${port(n)} ssh2: RSA`,
  (n) => `sshd[${pid(n)}]: error: kex_exchange_identification: Connection reset by peer`,
  (n) =>
    `nginx: ${address(n)} - - "GET ${PATHS[n % 6]} HTTP/1.1" 200 ${n % 90_000} "-" "curl/8.9.1"`,
  (n) => `nginx: ${address(n)} - - "POST ${PATHS[n % 6]} HTTP/1.1" 502 157 "-" "Mozilla/5.0"`,
  (n) => `nginx: ${address(n)} - - "GET ${PATHS[n % 6]} HTTP/2.0" 304 0 "-" "Mozilla/5.0 (X11)"`,
  (n) => `nginx[${pid(n)}]: *${n % 1_000_000} upstream timed out (60: Operation timed out) on read`,
  (n) => `/usr/sbin/cron[${pid(n)}]: (root) CMD (/usr/libexec/atrun)`,
  (n) => `/usr/sbin/cron[${pid(n)}]: (operator) CMD (/usr/libexec/save-entropy)`,
  (n) => `ntpd[${pid(n)}]: kernel reports TIME_ERROR: 0x2041: Clock Unsynchronized`,
  (n) => `kernel: ix${n & 3}: link state changed to ${n & 4 ? "UP" : "DOWN"}`,
  (n) => `kernel: pid ${pid(n)} (php-fpm), jid 0, uid 80: exited on signal 11 (core dumped)`,
  (n) => `kernel: arp: ${address(n)} moved from 00:25:90:0a:1b:2c to 00:25:90:0a:1b:2d on ix0`,
  (n) => `kernel: nvme0: async event occurred (type 0x1, info 0x0${n & 3}, page 0x02)`,
];

/** They hold the words, or nearly; a reader that counts them is wrong. */
const NEAR_MISSES: readonly Noise[] = [
  () => `kernel: Limiting direct PCI/PCI transfers.`,
  (n) =>
    `sudo[${pid(n)}]: ops : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/grep ` +
    `"Limiting tcp reset response from 422 to 192 packets/sec" /var/log/messages`,
  (n) =>
    `sudo[${pid(n)}]: ops : TTY=pts/1 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/logger ` +
    `kernel: Limiting closed port RST response from ${500 + (n & 255)} to 200 packets/sec`,
  (n) => `kernel: Limiting bandwidth of queue ${n & 7} from ${n & 1_023} to 192 Mbit/sec`,
  (n) => `rate-limitd[${pid(n)}]: Limiting client ${address(n)} from 422 to 192 requests/sec`,
];

const NEAR_MISS_SHARE = 64;

/** A pure function of `detail` (32 bits): about one line in 64 is a near miss. */
export function noiseText(detail: number): string {
  const kinds = detail % NEAR_MISS_SHARE === 0 ? NEAR_MISSES : COMMON;
  // The low bits choose the list, so the kind comes from the middle and the words from the rest.
  const kind = kinds[(detail >>> 6) % kinds.length] as Noise;
  return kind(detail >>> 10);
}
