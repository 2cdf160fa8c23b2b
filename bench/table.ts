import type { Spread } from "./pairs.ts";

/** `4.21 (3.90-4.60)`: the median, and between what it lay. */
export function spreadText({ median, low, high }: Spread, digits = 2): string {
  return `${numberText(median, digits)} (${numberText(low, digits)}-${numberText(high, digits)})`;
}

export function numberText(value: number, digits = 0): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Prints a Markdown table, so that docs/figures.md can take it as it is. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  const [head, ...body] = rows;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  console.log([`\n${title}\n`, line(head!), rule, ...body.map(line)].join("\n"));
}
