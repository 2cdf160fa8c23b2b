import { assert } from "../domain/assert.ts";
import type { TopicPartition } from "./stream.ts";

export interface Member {
  readonly topics: readonly string[];
  /** Called when takeChange() has something. */
  readonly wake: () => void;
  held: readonly TopicPartition[];
  granted: readonly TopicPartition[] | null;
  revoking: boolean;
  expelled: boolean;
}

export type GroupChange = {
  readonly type: "assigned" | "revoked";
  readonly partitions: readonly TopicPartition[];
};

/**
 * A consumer group inside one process, for adapters whose log has no coordinator of its own. As
 * with kafkajs a rebalance takes everything from everyone first: it waits until each holder has
 * asked for its next event, which says that its work is done, and then deals out anew.
 */
export class Group {
  readonly #partitionsOf: (topic: string) => number;
  #members: Member[] = [];
  #rebalancing = false;

  constructor(partitionsOf: (topic: string) => number) {
    this.#partitionsOf = partitionsOf;
  }

  join(topics: readonly string[], wake: () => void): Member {
    const member: Member = {
      topics,
      wake,
      held: [],
      granted: null,
      revoking: false,
      expelled: false,
    };
    this.#members.push(member);
    this.#rebalance();
    return member;
  }

  members(): readonly Member[] {
    return this.#members;
  }

  leave(member: Member): void {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter((other) => other !== member);
    member.held = [];
    this.#rebalance();
  }

  /** As when a session times out: others take over at once, it learns of it at its next event. */
  expel(member: Member): void {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter((other) => other !== member);
    member.expelled = true;
    member.revoking = true;
    member.wake();
    this.#rebalance();
  }

  holds(member: Member, topic: string, partition: number): boolean {
    if (member.expelled) return false;
    return member.held.some((held) => held.topic === topic && held.partition === partition);
  }

  /** What the member must hear before any more records; null when nothing changed. */
  takeChange(member: Member): GroupChange | null {
    if (member.revoking) {
      const partitions = member.held;
      member.held = [];
      member.revoking = false;
      if (member.expelled) {
        member.expelled = false;
        this.#members.push(member);
        this.#rebalance();
      } else {
        this.#deal();
      }
      return { type: "revoked", partitions };
    }
    if (member.granted === null) return null;
    member.held = member.granted;
    member.granted = null;
    return { type: "assigned", partitions: member.held };
  }

  #rebalance(): void {
    this.#rebalancing = true;
    for (const member of this.#members) {
      member.granted = null;
      if (member.held.length === 0) continue;
      member.revoking = true;
      member.wake();
    }
    this.#deal();
  }

  /** Partition p goes to the p-th member of its topic, so equal numbers of topics stay together. */
  #deal(): void {
    if (!this.#rebalancing || this.#members.some((member) => member.revoking)) return;
    this.#rebalancing = false;
    const shares = new Map<Member, TopicPartition[]>();
    for (const member of this.#members) shares.set(member, []);
    for (const topic of new Set(this.#members.flatMap((member) => member.topics))) {
      const takers = this.#members.filter((member) => member.topics.includes(topic));
      for (let partition = 0; partition < this.#partitionsOf(topic); partition++) {
        const taker = takers[partition % takers.length];
        assert(taker !== undefined, "a topic of the group has a member");
        shares.get(taker)?.push({ topic, partition });
      }
    }
    for (const [member, share] of shares) {
      member.granted = share;
      member.wake();
    }
  }
}
