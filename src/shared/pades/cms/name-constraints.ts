import { toHex } from '../../kernel/bytes';
import { readDerChildren, readDerOid, readDerSpan, spanContent, type DerSpan } from './der';

/** Below which names an authority may issue, and which it may not (RFC 5280 §4.2.1.10). */
export interface NameConstraints {
  /** Directory names, each as its parts in order. */
  readonly permitted: readonly (readonly string[])[];
  readonly excluded: readonly (readonly string[])[];
  /** Mail addresses, hosts and the like are limited too: we compare none, so no alternative name passes. */
  readonly hasOtherForms: boolean;
}

/** Reads the extension's value; undefined for bytes that are none. */
export function readNameConstraints(der: Uint8Array): NameConstraints | undefined {
  const children = childrenIn(der);
  const lists = children(readDerSpan(der, 0));
  if (!lists) return undefined;
  const bases = (tag: number): readonly DerSpan[] =>
    (children(lists.find((list) => list.tag === tag)) ?? []).flatMap(
      (subtree) => children(subtree)?.[0] ?? [],
    );
  const names = (tag: number) =>
    bases(tag).flatMap((base) => {
      const name = base.tag === DIRECTORY_NAME ? children(base)?.[0] : undefined;
      return name ? [partsIn(der, name)] : [];
    });
  return {
    permitted: names(0xa0),
    excluded: names(0xa1),
    hasOtherForms: [...bases(0xa0), ...bases(0xa1)].some(({ tag }) => tag !== DIRECTORY_NAME),
  };
}

/** Whether a subject (DER of its name) may stand below an authority with these constraints. */
export function allowsName(
  { permitted, excluded, hasOtherForms }: NameConstraints,
  certificate: { readonly subject: Uint8Array; readonly hasAlternativeNames: boolean },
): boolean {
  if (hasOtherForms && certificate.hasAlternativeNames) return false;
  const span = readDerSpan(certificate.subject, 0);
  const name = span ? partsIn(certificate.subject, span) : [];
  const isBelow = (base: readonly string[]): boolean => base.every((part, i) => part === name[i]);
  return (permitted.length === 0 || permitted.some(isBelow)) && !excluded.some(isBelow);
}

/** directoryName [4] of GeneralName. */
const DIRECTORY_NAME = 0xa4;

const childrenIn =
  (der: Uint8Array) =>
  (span: DerSpan | undefined): readonly DerSpan[] | undefined =>
    span && readDerChildren(der, span);

/** One text a part, the same for texts that differ in case, blanks and kind of string only (RFC 5280 §7.1). */
function partsIn(der: Uint8Array, name: DerSpan): readonly string[] {
  const children = childrenIn(der);
  return (children(name) ?? []).map((part) =>
    (children(part) ?? [])
      .map((attribute) => {
        const [type, value] = children(attribute) ?? [];
        return `${readDerOid(der, type)}=${value ? textOf(der, value) : ''}`;
      })
      .toSorted()
      .join('+'),
  );
}

const textKinds = new Set([0x0c, 0x13, 0x14, 0x16]);

const textOf = (der: Uint8Array, value: DerSpan): string =>
  textKinds.has(value.tag)
    ? new TextDecoder('utf-8')
        .decode(spanContent(der, value))
        .normalize('NFC')
        .toLowerCase()
        .trim()
        .replace(/\s+/g, ' ')
    : toHex(spanContent(der, value));
