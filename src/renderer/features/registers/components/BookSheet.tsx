import type { Organ } from '@shared/domain/organ/organ';
import type { Register } from '@shared/domain/register/register';
import { t } from '@shared/i18n/translate';
import type { BookRow } from '../../../data/repositories/register-book';
import { bookColumns, coverOf } from '../book-columns';

interface BookSheetProps {
  readonly register: Register;
  readonly organ: Organ | undefined;
  readonly rows: readonly BookRow[];
}

/** The book as it is bound and kept: cover, then every column, voided and kept numbers in their place (I-10). */
export function BookSheet({ register, organ, rows }: BookSheetProps) {
  const columns = bookColumns(register.direction);
  const cover = coverOf(rows);
  return (
    <>
      <p className="centred">{organ?.name ?? ''}</p>
      <h1>{t(`register.book.cover.${register.direction}`)}</h1>
      <p className="centred">{t('register.book.cover.year', { year: String(register.year) })}</p>
      {cover ? (
        <p className="centred">
          {t('register.book.cover.dates', {
            from: cover.dates[0] ?? '',
            to: cover.dates[1] ?? '',
          })}
          {'. '}
          {t('register.book.cover.numbers', {
            from: cover.numbers[0] ?? '',
            to: cover.numbers[1] ?? '',
          })}
          {'. '}
          {t('register.book.cover.volume')}
        </p>
      ) : null}
      <table>
        <thead>
          <tr>
            {columns.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.entry.number}>
              {columns.map(({ title, text }) => (
                <td key={title}>{text(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
