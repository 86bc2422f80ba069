import { isLocked, type SignaturePermissions } from '../../permissions';
import { reason, type Reason } from '../../../domain/signing/verification-reason';
import type { Changes } from '../../../domain/signing/verification-report';
import type { Difference } from './step';

export interface ChangesFinding {
  readonly changes: Changes;
  readonly reasons: readonly Reason[];
  /** Places that changed by permitted acts, for people (V-15). */
  readonly places: readonly string[];
}

/** Worst class last. */
const order: readonly Changes[] = [
  'none',
  'maintenance',
  'permitted',
  'annotations',
  'notPermitted',
];

/**
 * What the differences after a signature mean under its own locks and the document's certification (V-8).
 *
 * Annotations are allowed only where a certification with P=3 says so.
 */
export function judgeChanges(
  differences: readonly Difference[],
  permissions: SignaturePermissions,
): ChangesFinding {
  const findings = differences.map((difference) => judge(difference, permissions));
  return {
    changes: findings.reduce<Changes>(
      (worst, { changes }) => (order.indexOf(changes) > order.indexOf(worst) ? changes : worst),
      'none',
    ),
    reasons: findings.flatMap((finding) => finding.reason ?? []),
    places: findings.flatMap((finding) => finding.place ?? []),
  };
}

interface Finding {
  readonly changes: Changes;
  readonly reason?: Reason;
  readonly place?: string;
}

function judge(difference: Difference, { certification, lock }: SignaturePermissions): Finding {
  const refused = (finding: Reason): Finding => ({ changes: 'notPermitted', reason: finding });
  switch (difference.kind) {
    case 'maintenance':
      return { changes: 'maintenance', place: difference.where };
    case 'fill': {
      const { field } = difference;
      if (certification === 1) return refused(reason('change.certified', field));
      if (lock && isLocked(lock, field)) return refused(reason('change.field-locked', field));
      return { changes: 'permitted', place: field };
    }
    case 'sign': {
      const { field } = difference;
      if (difference.isTimestamp) return { changes: 'maintenance', place: field };
      if (certification === 1) return refused(reason('change.certified', field));
      if (lock && isLocked(lock, field)) return refused(reason('change.field-locked', field));
      return { changes: 'permitted', place: field };
    }
    case 'newField': {
      const { field } = difference;
      if (difference.isTimestamp) return { changes: 'maintenance', place: field };
      if (certification !== undefined) return refused(reason('change.certified', field));
      return { changes: 'permitted', place: field };
    }
    case 'annotation':
      if (certification !== 3) return refused(reason('change.annotation', difference.where));
      return {
        changes: 'annotations',
        reason: reason('change.annotation-allowed', difference.where),
        place: difference.where,
      };
    case 'violation':
      return refused(reason(difference.code, difference.where));
  }
}
