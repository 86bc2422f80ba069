import type { ReasonCode } from '../../../domain/signing/verification-reason';

/**
 * One difference between two neighbouring revisions, classed by the whitelist of V-7. Whether a signature allows it is
 * decided per signature in `judge-changes.ts`.
 */
export type Difference =
  /** Validation data, document timestamps, dates of /Info and XMP. */
  | { readonly kind: 'maintenance'; readonly where: string }
  /** The value of an existing field, shown as it is. */
  | { readonly kind: 'fill'; readonly field: string }
  /** A signature in a field that was empty. */
  | { readonly kind: 'sign'; readonly field: string; readonly isTimestamp: boolean }
  /** A signature field that did not exist. */
  | { readonly kind: 'newField'; readonly field: string; readonly isTimestamp: boolean }
  | { readonly kind: 'annotation'; readonly where: string }
  /** Anything else: not permitted, whoever signed. */
  | { readonly kind: 'violation'; readonly code: ReasonCode; readonly where: string };

export type Report = (difference: Difference) => void;
