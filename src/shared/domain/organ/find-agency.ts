import { foldForSearch, normaliseLine } from '../../kernel/vietnamese-text';
import type { Agency } from './organ';

const sameName = (name: string): string => normaliseLine(name).toLocaleLowerCase('vi');

/**
 * The agency of the directory that a typed name means, when there is no doubt.
 *
 * Written with its marks it is found by its name alone; without marks only if no other name folds to the same: "Sơn Hà"
 * and "Sơn Hạ" are two communes, and a document must never go to the wrong one. Undefined for two of one name.
 */
export function findAgency(agencies: readonly Agency[], typed: string): Agency | undefined {
  const wanted = sameName(typed);
  if (wanted === '') return undefined;
  const exact = agencies.filter(({ name }) => sameName(name) === wanted);
  if (exact.length > 0) return exact.length === 1 ? exact[0] : undefined;
  const folded = agencies.filter(({ name }) => foldForSearch(name) === foldForSearch(typed));
  return folded.length === 1 ? folded[0] : undefined;
}
