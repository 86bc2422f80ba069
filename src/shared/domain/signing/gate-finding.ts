import { z } from 'zod';

/**
 * What the signing gate may find in a document before the leader signs (S-18), and what follows: `stop` is not signed,
 * `warn` is signed with a tick of the person. The codes are stable: they stand in the signing log (S-20).
 */
export const gateSeverities = {
  /** An earlier signature that does not verify. */
  'earlier-signature': 'stop',
  /** JavaScript, or PostScript that runs in a printer. */
  script: 'stop',
  /** Starts programs, sends or fetches data, or shows and hides parts. */
  action: 'stop',
  /** Files, sounds or films inside the file. */
  embedded: 'stop',
  /** A form in XML that only some readers show. */
  xfa: 'stop',
  /** Shown on paper and not on the screen. */
  'print-differs': 'stop',
  /** A part of what is seen lies outside the file. */
  external: 'stop',
  /** Page trees, pages or catalogues that nothing leads to: prepared for a later change of what is seen. */
  'shadow-pages': 'stop',
  /** Of a digitised paper (VB038): older than PDF 1.4. */
  'scan-version': 'stop',
  /** A page of it is no picture of a whole sheet. */
  'scan-no-picture': 'stop',
  'scan-not-colour': 'stop',
  /** Less than 200 dots to the inch as the page shows it. */
  'scan-resolution': 'stop',
  /** Larger, smaller or wider than the paper was. */
  'scan-scale': 'stop',
  /** Of a size that no usual paper has: only who has the paper can say that it is 1:1. */
  'scan-paper': 'warn',
  link: 'warn',
  'layer-hidden': 'warn',
  'annotation-hidden': 'warn',
  /** An annotation or a field lies over text of its page. */
  'covers-text': 'warn',
  'hidden-text': 'warn',
  /** Invisible text over a picture: a scan that was read by a program. */
  'text-layer': 'warn',
  'outside-page': 'warn',
  /** Drawn in a way that the gate does not read. */
  'unread-page': 'warn',
} as const satisfies Record<string, 'stop' | 'warn'>;

export type GateCode = keyof typeof gateSeverities;

export const GateFinding = z
  .object({
    code: z.enum(Object.keys(gateSeverities) as [GateCode, ...GateCode[]]),
    severity: z.enum(['stop', 'warn']),
    /** From 1; null when it is of the whole file. */
    page: z.int().positive().nullable(),
    /** Number of the object in the file, for who looks into it. */
    object: z.int().nonnegative().nullable(),
  })
  .readonly();
export type GateFinding = z.infer<typeof GateFinding>;

export const gateFinding = (
  code: GateCode,
  { page = null, object = null }: { page?: number | null; object?: number | null } = {},
): GateFinding => ({ code, severity: gateSeverities[code], page, object });
