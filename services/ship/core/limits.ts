/** Every ceiling of reading a host's numbers, with its reason. */

/** /proc/net/snmp and netstat have about 300 names together, `netstat -s` of FreeBSD about 400. */
export const MAX_NAMES = 1_500;

/** The longest name of a counter has about 60 characters. */
export const MAX_NAME_LENGTH = 128;

/** libxo nests protocol, group and counter; what is deeper is no statistic. */
export const MAX_LIBXO_DEPTH = 8;
