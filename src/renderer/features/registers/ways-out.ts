import type { NumberedPaper, OpenDispute } from '../../data/repositories/register-book';

type WayOut = 'correctDate' | 'renumber' | 'keep';

/** What a leader can decide about one paper of a dispute (sync §9.5 step 3; the server decides again). */
export function waysOut(
  { entry }: Pick<OpenDispute, 'entry'>,
  paper: Pick<NumberedPaper, 'id' | 'number'>,
): readonly WayOut[] {
  if (paper.number !== null) return ['keep'];
  const isItsOwn = entry?.documentId === paper.id;
  const isKept = entry?.kind === 'placeholder' && (entry.documentId === null || isItsOwn);
  return [
    ...(isKept ? (['correctDate'] as const) : []),
    // A second row of the same document cannot be (I-9).
    ...(isItsOwn ? [] : (['renumber'] as const)),
    'keep',
  ];
}
