import type { CertifiedCopy } from '@shared/domain/document/certified-copy';
import { formOf } from '@shared/domain/document/certified-copy';
import { printedPlaceAndDate } from '@shared/domain/document/printed-date';
import { t } from '@shared/i18n/translate';
import { useCurrentSession } from '../../../data/session';
import { PrintDialog } from '../../../ui/PrintDialog';
import { PrintPdf } from '../../viewer';

interface PrintCopyProps {
  readonly copy: CertifiedCopy;
  readonly onClose: () => void;
}

/** A copy on paper, to be signed and sealed by hand: the pages with the block below, or the block alone. */
export function PrintCopy({ copy, onClose }: PrintCopyProps) {
  const { organs } = useCurrentSession();
  const organName = organs.find(({ id }) => id === copy.organId)?.name ?? '';
  const block = <CopyBlock copy={copy} organName={organName} />;
  if (copy.pdf)
    return (
      <PrintPdf
        sha256={copy.pdf.sha256}
        title={t('copy.printTitle')}
        // A seal that is seen on it is a picture from an electronic document (corrections.md 9).
        plan={{ leftOut: [], isMarked: copy.from === 'dienTu' }}
        end={block}
        onClose={onClose}
      />
    );
  return (
    <PrintDialog title={t('copy.printTitle')} paper="bare" onClose={onClose}>
      <div className="print-page">{block}</div>
    </PrintDialog>
  );
}

interface CopyBlockProps {
  readonly copy: CertifiedCopy;
  readonly organName: string;
}

/** NĐ 30/2020/NĐ-CP, Phụ lục I and III, mẫu 3.1: below a line as wide as the text. */
export function CopyBlock({ copy, organName }: CopyBlockProps) {
  const { signer, codeDisplay, issuedDate, place, recipientsText } = copy;
  return (
    <div className="copy-block">
      <div className="copy-heads">
        <div>
          <b>{organName.toLocaleUpperCase('vi')}</b>
          <p>{t('copy.block.number', { code: codeDisplay ?? '' })}</p>
        </div>
        <div>
          <b>{formOf(copy.documentTypeId).words}</b>
          <p>
            <i>{issuedDate === null ? '' : printedPlaceAndDate(place, issuedDate)}</i>
          </p>
        </div>
      </div>
      <div className="copy-heads">
        <div className="copy-recipients">
          {recipientsText === '' ? null : (
            <>
              <p>
                <b>
                  <i>{t('copy.block.recipients')}</i>
                </b>
              </p>
              {recipientsText.split('\n').map((name, index, all) => (
                <p key={`${index} ${name}`}>
                  {t(index + 1 < all.length ? 'copy.block.recipient' : 'copy.block.lastRecipient', {
                    name,
                  })}
                </p>
              ))}
            </>
          )}
        </div>
        <div>
          {signer?.authority ? <b>{signer.authority.toLocaleUpperCase('vi')}</b> : null}
          <b>{signer?.position.toLocaleUpperCase('vi')}</b>
          <div className="copy-signature" />
          <b>{signer?.name}</b>
        </div>
      </div>
    </div>
  );
}
