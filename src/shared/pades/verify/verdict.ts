import { reasonEffects, type Reason } from '../../domain/signing/verification-reason';
import type { Changes, Integrity, Trust, Verdict } from '../../domain/signing/verification-report';

/** Best first; the worst wins. */
const order: readonly Verdict[] = ['HOP_LE', 'HOP_LE_CANH_BAO', 'CHUA_XAC_DINH', 'KHONG_HOP_LE'];

export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce<Verdict>((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'HOP_LE');

/**
 * Verdict of one signature from its three findings and its reasons (`signing-requirements.md` §4.1). The findings alone
 * already exclude HOP_LE, so that a forgotten reason can never make a bad signature good.
 */
export function verdictOf(findings: {
  readonly integrity: Integrity;
  readonly changes: Changes;
  readonly trust: Trust;
  readonly reasons: readonly Reason[];
}): Verdict {
  const { integrity, changes, trust } = findings;
  return worst([
    verdictOfReasons(findings.reasons),
    integrity === 'broken'
      ? 'KHONG_HOP_LE'
      : integrity === 'undecided'
        ? 'CHUA_XAC_DINH'
        : 'HOP_LE',
    changes === 'notPermitted'
      ? 'KHONG_HOP_LE'
      : changes === 'annotations'
        ? 'HOP_LE_CANH_BAO'
        : 'HOP_LE',
    trust === 'trusted' ? 'HOP_LE' : 'CHUA_XAC_DINH',
  ]);
}

export const verdictOfReasons = (reasons: readonly Reason[]): Verdict =>
  worst(
    reasons.map(({ code }): Verdict => {
      switch (reasonEffects[code]) {
        case 'invalid':
          return 'KHONG_HOP_LE';
        case 'unknown':
          return 'CHUA_XAC_DINH';
        case 'warning':
          return 'HOP_LE_CANH_BAO';
        case 'note':
          return 'HOP_LE';
      }
    }),
  );
