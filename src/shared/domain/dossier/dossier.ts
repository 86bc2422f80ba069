import { z } from 'zod';
import { OrganId, UserId } from '../../kernel/ids';
import { codePointLength } from '../../kernel/vietnamese-text';

/** Says what the matter is: at least 5 characters, at most 200. */
export const isDossierTitle = (text: string): boolean =>
  codePointLength(text.trim()) >= 5 && codePointLength(text) <= 200;

const Title = z.string().refine(isDossierTitle);
const Members = z.array(UserId).max(200).readonly();

/** What is said when a restricted dossier is opened; the owner is a member whether named or not. */
export const DossierOpening = z
  .object({ organId: OrganId, title: Title, members: Members })
  .readonly();
export type DossierOpening = z.infer<typeof DossierOpening>;

/** Hồ sơ công việc hạn chế: a dossier that only its members see, with the documents that were put into it. */
export const Dossier = z
  .object({
    ...DossierOpening.unwrap().shape,
    /** Who opened it; a member for as long as it exists. */
    owner: UserId,
    state: z.enum(['dangMo', 'daDong']),
    openedAt: z.string(),
  })
  .readonly();
export type Dossier = z.infer<typeof Dossier>;

/** The members as they are kept: each once, the owner among them. */
export const withOwner = (owner: UserId, members: readonly UserId[]): readonly UserId[] =>
  [...new Set([owner, ...members])].toSorted();
