import { useRef, useState } from 'react';
import { parseTypedDate, type LocalDate } from '@shared/kernel/local-date';
import { normaliseLine } from '@shared/kernel/vietnamese-text';
import type { IncomingRepository } from '../../../data/repositories/incoming-repository';
import type { IncomingRow } from '../../../data/repositories/incoming-view';
import type { RegistrationValues } from '../registration-form';

/** Looks for the same paper while the form is filled in; only the newest answer counts. */
export function useDuplicateCheck(incoming: IncomingRepository, today: LocalDate) {
  const [duplicate, setDuplicate] = useState<IncomingRow>();
  const asked = useRef(0);
  const check = (values: RegistrationValues): void => {
    const question = (asked.current += 1);
    const paper = {
      issuerName: normaliseLine(values.issuerName),
      codeDisplay: normaliseLine(values.codeDisplay),
      issuedDate: values.undated ? null : (parseTypedDate(values.issuedDate, today) ?? null),
    };
    // A notice is a help: when the database cannot answer, saving asks again and says so.
    incoming.findDuplicate(paper).then(
      (found) => question === asked.current && setDuplicate(found),
      () => undefined,
    );
  };
  const reset = (): void => {
    asked.current += 1;
    setDuplicate(undefined);
  };
  return { duplicate, check, reset };
}
