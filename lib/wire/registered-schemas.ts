/** Schemas by the id of a registry, as Confluent framing names them. */
export interface RegisteredSchemas {
  /**
   * From memory, because decoding does not wait. `absent` only when the registry itself said that
   * the id does not exist; `unavailable` asks for `fetch` and another try.
   */
  find(id: number): RegisteredSchema;
  /** Settles when `find` has an answer, or rejects when the registry cannot be reached. */
  fetch(id: number): Promise<void>;
}

export type RegisteredSchema =
  | { readonly state: "known"; readonly schema: unknown }
  | { readonly state: "absent" | "unavailable" };
