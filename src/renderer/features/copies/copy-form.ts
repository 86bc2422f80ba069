import {
  CopyDraft,
  pagesOf,
  refuseCopy,
  type CopySource,
} from '@shared/domain/document/certified-copy';
import { copyForms, type Carrier } from '@shared/domain/document/copy-form';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { t } from '@shared/i18n/translate';

/** One form of copy on one way from carrier to carrier. */
export interface CopyWay {
  readonly key: string;
  readonly documentTypeId: CopyDraft['documentTypeId'];
  readonly from: Carrier;
  readonly to: Carrier;
}

/** What may be made of a document, in the order of the decree (van-ban.md §3.6); empty for none. */
export const waysFor = ({ kind, carriers }: CopySource): readonly CopyWay[] =>
  copyForms
    .filter(({ source }) => source === kind)
    .flatMap(({ typeId, ways }) =>
      ways
        .filter(([from]) => carriers.includes(from))
        .map(([from, to]) => ({
          key: `${typeId}/${from}/${to}`,
          documentTypeId: typeId,
          from,
          to,
        })),
    );

export const wayName = ({
  documentTypeId,
  from,
  to,
}: Pick<CopyWay, 'documentTypeId' | 'from' | 'to'>): string =>
  t('copy.way', {
    form: t(`copy.form.${documentTypeId}`),
    from: t(`copy.carrier.${from}`),
    to: t(`copy.carrier.${to}`),
  });

/** What the clerk typed and chose. */
export interface TypedCopy {
  readonly way: CopyWay;
  /** Imported for it, or chosen among the files of the document. */
  readonly pdf: AttachedFile | null;
  readonly authority: string;
  readonly position: string;
  readonly signerName: string;
  readonly recipients: string;
  readonly amount: string;
  readonly place: string;
}

/** The copy, or what is missing, in words. */
export function draftFrom(
  typed: TypedCopy,
  {
    source,
    target,
  }: {
    readonly source: CopySource;
    readonly target: Pick<CopyDraft, 'targetType' | 'targetId'>;
  },
): CopyDraft | string {
  const { way, place } = typed;
  const isPaper = way.to === 'giay';
  if (isPaper && (typed.signerName.trim() === '' || typed.position.trim() === ''))
    return t('copy.invalid.signer');
  if (place.trim() === '') return t('copy.invalid.place');
  const pages = pagesOf(way);
  const pdf =
    pages === 'none' ? null : (typed.pdf ?? (pages === 'ofSource' ? source.pdfs[0] : null));
  const amount = Number(typed.amount);
  if (isPaper && !(Number.isInteger(amount) && amount >= 1 && amount <= 999))
    return t('copy.invalid.amount');
  const parsed = CopyDraft.safeParse({
    documentTypeId: way.documentTypeId,
    from: way.from,
    to: way.to,
    ...target,
    organId: source.organId,
    subject: source.subject,
    sourceCode: source.code,
    place: place.trim(),
    pdf: pdf ?? null,
    signer: isPaper
      ? {
          authority: typed.authority.trim(),
          position: typed.position.trim(),
          name: typed.signerName.trim(),
        }
      : null,
    recipientsText: typed.recipients.trim(),
    issuedAmount: isPaper ? amount : 0,
  });
  if (!parsed.success) return t('copy.invalid.length');
  return refuseCopy(parsed.data, source) === 'copy.pages-missing'
    ? t('copy.invalid.pdf')
    : parsed.data;
}
