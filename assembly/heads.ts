/** What can be ours by its first bytes, asked of tables that are filled from outside. */
import { PAIR_KINDS } from "./memory";

/** Of a pair of bytes: some head of four bytes or more begins so. */
export const LOOK: i32 = 1;

/** Whether one of the heads (services/ingest/core/heads.ts) may stand at `at`; reads four bytes. */
export function mayBegin(heads: i32, at: i32): bool {
  const kind = load<u8>(heads + <i32>load<u16>(at));
  if (kind == 0) return false;
  return kind != LOOK || isListed(heads + PAIR_KINDS, load<u32>(at));
}

function isListed(list: i32, four: u32): bool {
  for (let at = list; load<u32>(at) != 0; at += 4) if (load<u32>(at) == four) return true;
  return false;
}
