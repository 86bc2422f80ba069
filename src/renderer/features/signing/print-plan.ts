import type { VerificationReport } from '@shared/domain/signing/verification-report';

/** As the file is, or without the seal's picture, for the stamp to be put on by hand (corrections.md 9). */
export type PrintWay = 'asIs' | 'forWetSeal';

export interface PrintPlan {
  /** Fields whose picture stays off the paper. */
  readonly leftOut: readonly string[];
  /** A seal is seen on the paper: it is marked as printed from an electronic document. */
  readonly isMarked: boolean;
}

/** Whether the office sealed it in the field made for that, so that it can be printed without. */
export const hasOwnSeal = ({ signatures }: VerificationReport): boolean =>
  signatures.some(({ kind }) => kind === 'organ');

/** Every signature but a leader's hand and a timestamp may show a seal. */
export function printPlan({ signatures }: VerificationReport, way: PrintWay): PrintPlan {
  const seals = signatures.filter(({ kind }) => kind !== 'leader' && kind !== 'timestamp');
  const leftOut = seals.filter(({ kind }) => way === 'forWetSeal' && kind === 'organ');
  return { leftOut: leftOut.map(({ field }) => field), isMarked: seals.length > leftOut.length };
}
