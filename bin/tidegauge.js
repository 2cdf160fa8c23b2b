#!/usr/bin/env node
/**
 * Starts cli/main.ts in a checkout and dist/cli/main.js in an installation, on Node 24: on an older
 * one it starts the Node that package.json pins. Plain JavaScript, because an older Node reads it.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NODE_MAJOR = 24;
const EXIT_CONFIGURATION = 78;

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) {
  const source = join(root, "cli", "main.ts");
  const entry = existsSync(source) ? source : join(root, "dist", "cli", "main.js");
  await import(pathToFileURL(entry).href);
} else {
  startPinnedNode(findPinnedNode());
}

function findPinnedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve("node/package.json");
    const name = process.platform === "win32" ? "node.exe" : "node";
    const path = join(dirname(manifest), "bin", name);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

function startPinnedNode(node) {
  if (node === null) {
    const remedy = existsSync(join(root, "cli"))
      ? "run `npm ci`, which brings it, or install Node 24 from https://nodejs.org"
      : "install Node 24 from https://nodejs.org";
    const problem = `tidegauge needs Node ${NODE_MAJOR}, and this is ${process.version}`;
    process.stderr.write(`node_too_old: ${problem}\n  ${remedy}\n`);
    process.exitCode = EXIT_CONFIGURATION;
    return;
  }
  const child = spawn(node, [...process.execArgv, self, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  child.on("error", (error) => {
    process.stderr.write(`node_unusable: ${error.message}\n  install Node ${NODE_MAJOR}\n`);
    process.exitCode = EXIT_CONFIGURATION;
  });
  forwardSignals(child);
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

/** A terminal sends Ctrl-C to the child as well; twice would mean "at once" to it. */
function forwardSignals(child) {
  const fromTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR2"]) {
    const isShared = fromTerminal && (signal === "SIGINT" || signal === "SIGQUIT");
    process.on(signal, () => {
      if (!isShared) child.kill(signal);
    });
  }
}
