import { combineLatest, map, type Observable } from 'rxjs';
import { Agency, Organ, OrgUnit } from '@shared/domain/organ/organ';
import { User } from '@shared/domain/organ/user';
import { Register } from '@shared/domain/register/register';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import type { z } from 'zod';
import type { LocalDatabase } from '../database';

export interface CertificateRow {
  readonly certificate: SigningCertificate;
  /** Revision of the record on the server; 0 before the server has it. */
  readonly rev: number;
}

const byName = new Intl.Collator('vi');

/** Books, people, units and the directory, as the server last sent them. */
export function createReferenceRepository({ reference }: LocalDatabase) {
  const watch = <T>(
    type: 'register' | 'organ' | 'orgUnit' | 'agency' | 'user',
    schema: z.ZodType<T>,
  ): Observable<readonly T[]> =>
    reference.find({ selector: { type } }).$.pipe(
      map((rows) =>
        rows.flatMap(({ id, view }) => {
          const parsed = schema.safeParse({ ...view, id });
          return parsed.success ? [parsed.data] : [];
        }),
      ),
    );

  return {
    /** Open books of a direction: newest year first, those of UBND, where most papers go, before HĐND's. */
    watchOpenRegisters: (of: Register['direction']): Observable<readonly Register[]> =>
      combineLatest([watch('register', Register), watch('organ', Organ)]).pipe(
        map(([registers, organs]) => {
          const councils = new Set(
            organs.filter(({ kind }) => kind === 'HĐND').map(({ id }) => id),
          );
          const rank = ({ organId }: Register): number => (councils.has(organId) ? 1 : 0);
          return registers
            .filter(({ direction, status }) => direction === of && status === 'dangMo')
            .toSorted(
              (x, y) => y.year - x.year || rank(x) - rank(y) || byName.compare(x.name, y.name),
            );
        }),
      ),
    watchOrgans: () => watch('organ', Organ),
    watchOrgUnits: () => watch('orgUnit', OrgUnit),
    watchUsers: () => watch('user', User),
    /** Certificates of the office, registered and asked for. */
    watchCertificates: (): Observable<readonly CertificateRow[]> =>
      reference.find({ selector: { type: 'signingCertificate' } }).$.pipe(
        map((rows) =>
          rows.flatMap(({ rev, view }) => {
            const parsed = SigningCertificate.safeParse(view);
            return parsed.success ? [{ certificate: parsed.data, rev }] : [];
          }),
        ),
      ),
    watchAgencies: (): Observable<readonly Agency[]> =>
      watch('agency', Agency).pipe(
        map((agencies) => agencies.toSorted((a, b) => byName.compare(a.name, b.name))),
      ),
  };
}

export type ReferenceRepository = ReturnType<typeof createReferenceRepository>;
