import type { JsonObject } from '@shared/kernel/canonical-json';

/** Work that the server refused, to be looked through and saved anew. */
export interface RefusedWork {
  /** Bodies of the refused acts, oldest first. */
  readonly bodies: readonly JsonObject[];
  /** The refused acts, which leave the attention list in the flush that saves the new one. */
  readonly replaces: readonly string[];
}
