/**
 * Wire version. History:
 * 1  first release: operations, outcomes, office scope, feed pages, digests.
 */
export const PROTOCOL_VERSION = 1;

/** Version of the record contents that operations carry. */
export const SCHEMA_VERSION = 1;

/** Limits of one request (§6.1, §12.4); both sides parse with them. */
export const limits = {
  operationsPerRequest: 100,
  operationBytes: 256 * 1024,
  requestBytes: 1024 * 1024,
  pageBytesMin: 8 * 1024,
  pageBytesMax: 512 * 1024,
  scopesPerClient: 500,
} as const;
