import { printNumber } from '@shared/domain/register/allocate-number';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { EVERY_NUMBER } from '../../../data/repositories/register-book';
import type { RegisterRow, WaitingPaper } from '../../../data/repositories/register-repository';
import { useNow } from '../../../data/use-now';
import { PrintDialog } from '../../../ui/PrintDialog';
import { useBook, useOrgan } from '../hooks/use-book';

interface PaperSlipProps {
  readonly row: RegisterRow;
  readonly papers: readonly WaitingPaper[];
  readonly onClose: () => void;
}

/** For numbers that are given by hand while nothing works (sync §9.3, N-20): what is known, and lines to fill in. */
export function PaperSlip({ row: { register, holding }, papers, onClose }: PaperSlipProps) {
  const organ = useOrgan(register.organId);
  const book = useBook(register.id, EVERY_NUMBER);
  const at = formatInstant(useNow());
  const newest = (book.status === 'ready' ? book.value.at(-1)?.entry.number : undefined) ?? 0;
  const known = Math.max(newest, holding.openedAfter);
  return (
    <PrintDialog title={t('register.slip.print')} onClose={onClose}>
      <p className="centred">{organ?.name ?? ''}</p>
      <h1>{t('register.slip.title')}</h1>
      <p>{t('register.slip.text')}</p>
      <p>
        <strong>
          {t('register.slip.known', {
            register: `${register.name} ${register.year}`,
            number: known === 0 ? t('register.slip.unknown') : printNumber(known),
            at,
          })}
        </strong>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('register.book.column.subject')}</th>
            <th scope="col">{t('register.slip.number')}</th>
            <th scope="col">{t('register.slip.date')}</th>
            <th scope="col">{t('register.slip.signed')}</th>
          </tr>
        </thead>
        <tbody>
          {papers.map(({ id, subject }) => (
            <tr key={id}>
              <td>{subject}</td>
              <td />
              <td />
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      <p>{t('register.slip.after')}</p>
    </PrintDialog>
  );
}
