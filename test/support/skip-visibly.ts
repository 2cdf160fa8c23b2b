import type { TestContext } from "vitest";

/** A test that cannot run here says why on standard error; tidy.test.ts allows no other skip. */
export function skipVisibly(context: TestContext, reason: string): never {
  process.stderr.write(`skipped: ${context.task.name}: ${reason}\n`);
  context.skip(reason);
}
