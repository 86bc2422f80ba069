import type { Attack } from './attack';
import { certificateAttacks } from './certificates';
import { craftedFiles } from './crafted-files';
import { laterRevisions } from './later-revisions';
import { signatureValues } from './signature-values';
import { update } from './toolbox';

/** The instant at which the verdicts of these files are expected. */
export const ATTACKED_AT = '2026-11-22T06:00:00Z';

export const everyAttack: readonly Attack[] = [
  ...craftedFiles,
  ...laterRevisions.map(([name, code, change]): Attack => ({
    name,
    code,
    make: ({ sealed }) => update(sealed, change),
    verdict: 'KHONG_HOP_LE',
  })),
  ...signatureValues,
  ...certificateAttacks,
];
