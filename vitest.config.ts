import { defineConfig } from "vitest/config";

const KAFKA = ["test/integration/kafka/**/*.test.ts", "test/integration/shippers/**/*.test.ts"];
const NETNS = ["test/integration/netns/**/*.test.ts"];
const COMPOSE = ["test/integration/compose/**/*.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: "main",
          include: ["test/**/*.test.ts"],
          exclude: [...KAFKA, ...NETNS, ...COMPOSE],
        },
      },
      {
        extends: true,
        test: {
          name: "kafka",
          include: KAFKA,
          globalSetup: ["test/integration/kafka/setup.ts"],
          // One broker for all: files that kill or pause brokers start their own.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: "netns", include: NETNS, fileParallelism: false, testTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: "compose", include: COMPOSE, fileParallelism: false },
      },
    ],
  },
});
