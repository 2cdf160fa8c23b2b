/** A realm is part of a host's identity and stands in labels, `realm/host`. Empty by default. */
export const REALM_PATTERN = /^[a-z0-9-]{0,64}$/;
