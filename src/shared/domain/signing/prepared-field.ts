import { z } from 'zod';

const part = z.number().min(-1).max(2);

/** A form field of a PDF as a preview shows it. */
export const PreparedField = z
  .object({
    name: z.string(),
    isFilled: z.boolean(),
    /** From 0. */
    page: z.int(),
    /** Parts of the page's width and height from the top left corner of the upright page; 0–1 when it lies on it. */
    box: z.object({ left: part, top: part, width: part, height: part }).readonly(),
  })
  .readonly();
export type PreparedField = z.infer<typeof PreparedField>;
