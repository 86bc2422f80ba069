import type { Certificate } from '../cms/certificate';

/**
 * A name that reads like another one: letters outside the Latin script, doubled or outer blanks, and characters that
 * nobody sees (attack 36). Vietnamese names have none of them.
 */
export const hasUnusualName = ({ subjectName }: Certificate): boolean =>
  [subjectName.commonName, subjectName.organization, subjectName.organizationalUnit].some(
    (name) => name !== undefined && unusual.test(name),
  );

const unusual = /(?!\p{Script=Latin})\p{L}|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}|^ | $| {2}/u;
