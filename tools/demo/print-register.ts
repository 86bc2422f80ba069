import { z } from 'zod';
import { formatLocalDate } from '@shared/kernel/local-date';
import type { Database } from '../../sync-server/src/db/queryable';

const Row = z.object({
  number: z.number(),
  date: z.string(),
  note: z.string().nullable(),
  content: z.object({ codeDisplay: z.string().nullable(), subject: z.string() }).loose(),
});

export interface PrintedRegister {
  readonly text: string;
  readonly count: number;
  /** Every number from 1 to the last exactly once (I-9, I-10), dates in order (I-11). */
  readonly isContinuous: boolean;
}

/** A register as the server holds it, one line an entry. */
export async function printRegister(
  db: Database,
  register: {
    readonly officeId: string;
    readonly id: string;
    readonly name: string;
    readonly year: number;
  },
): Promise<PrintedRegister> {
  const { rows } = await db.query(
    `select e.number, e.date, e.note, r.content from register_entry e
       join record r on r.office_id = e.office_id and r.id = e.document_id
      where e.office_id = $1 and e.register_id = $2 order by e.number`,
    [register.officeId, register.id],
  );
  const entries = rows.map((row) => Row.parse(row));
  const isContinuous = entries.every(
    (entry, index) => entry.number === index + 1 && entry.date >= (entries[index - 1]?.date ?? ''),
  );
  const lines = entries.map(({ number, date, note, content }) =>
    [
      String(number).padStart(4, '0'),
      formatLocalDate(date),
      content.codeDisplay ?? '',
      content.subject,
      note ?? '',
    ].join(' | '),
  );
  return {
    text: [`${register.name.toUpperCase()} NĂM ${register.year}`, ...lines, ''].join('\n'),
    count: entries.length,
    isContinuous,
  };
}
