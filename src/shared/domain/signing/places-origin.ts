import { z } from 'zod';

/** Why no places are proposed for a draft; a person puts them. */
export const PlacesDoubt = z.enum([
  'noText',
  'noNumber',
  'manyNumbers',
  'noDate',
  'manyDates',
  'noSigner',
  'manySigners',
  'noRoom',
]);
export type PlacesDoubt = z.infer<typeof PlacesDoubt>;

/** Where the places of number, date and signature come from. */
export const PlacesOrigin = z.discriminatedUnion('from', [
  /** Marks of our own template. */
  z.object({ from: z.literal('marks') }).readonly(),
  /** The draft's words. */
  z.object({ from: z.literal('text') }).readonly(),
  /** A person moved them. */
  z.object({ from: z.literal('person') }).readonly(),
  /** The decree's usual ones, for want of better; nobody should rely on them unseen. */
  z.object({ from: z.literal('usual'), doubt: PlacesDoubt }).readonly(),
]);
export type PlacesOrigin = z.infer<typeof PlacesOrigin>;
