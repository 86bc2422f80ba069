import { z } from 'zod';

const part = z.number().min(0).max(1);

/** A rectangle on a page, in parts of its width and height from the top left corner of the upright page. */
export const PageArea = z
  .object({
    /** From 1. */
    page: z.int().positive(),
    left: part,
    top: part,
    width: part,
    height: part,
  })
  .readonly();
export type PageArea = z.infer<typeof PageArea>;

/** Two states of one file that must look the same outside the masks (V-10). */
export const VisualStep = z
  .object({
    /** Bytes from the start of the file: a signed revision. */
    signedLength: z.int().positive(),
    /** The next signed revision, or the whole file. */
    laterLength: z.int().positive(),
    /** Where permitted widgets were filled or added between them. */
    masks: z.array(PageArea).readonly(),
  })
  .readonly();
export type VisualStep = z.infer<typeof VisualStep>;

/** What is to be looked at in a file. */
export const VisualPlan = z
  .object({
    steps: z.array(VisualStep).readonly(),
    /** Pictures of signatures, with their fields: there must be nothing of the page below them (V-11). */
    widgets: z.array(z.object({ field: z.string(), area: PageArea }).readonly()).readonly(),
  })
  .readonly();
export type VisualPlan = z.infer<typeof VisualPlan>;

/** Longest picture of a changed place, characters of its data address. */
export const MOST_PICTURE = 400_000;
const Picture = z.string().startsWith('data:image/png;base64,').max(MOST_PICTURE).nullable();

/** Most changed pages that one report carries. */
export const MOST_CHANGES = 50;

/** A page that looks different from what was signed. */
export const VisualChange = z
  .object({
    /** Of the step: every signature over at most so many bytes is concerned. */
    signedLength: z.int().positive(),
    page: z.int().positive(),
    /** Null when the page came, went, or changed its size. */
    area: PageArea.nullable(),
    /** The changed place as it was signed and as it is now; null where there is no such page or no room. */
    signed: Picture,
    present: Picture,
  })
  .readonly();
export type VisualChange = z.infer<typeof VisualChange>;

export const VisualReport = z
  .object({
    changes: z.array(VisualChange).max(MOST_CHANGES).readonly(),
    /** Fields of signatures whose picture covers something of the page. */
    covering: z.array(z.string()).readonly(),
    /** What kept the comparison from its end; null when all was compared. */
    stoppedBy: z.enum(['pages', 'pixels', 'time', 'size', 'unreadable']).nullable(),
  })
  .readonly();
export type VisualReport = z.infer<typeof VisualReport>;
