import { z } from 'zod';
import {
  CertificateOwner,
  SigningCertificate,
  waitsForPicture,
} from '@shared/domain/signing/signing-certificate';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { endPictureChange } from '@shared/sync/acts/certificate-picture';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { appendAudit } from '../audit/audit-log';
import { intakeTransaction } from '../sync/postgres-intake-store';
import { putRecords } from '../sync/put-records';

/** Why the province's word changed nothing. */
export type CertificateRefusal = 'unknown' | 'notWaiting' | 'notActive' | 'otherPicture';

/** What the province's IT staff do with registered certificates, on the server's own machine (K-6). */
export function createCertificateService(db: Database, nowMs: () => number) {
  /** One record, locked, changed and fed in one transaction: a decision of the office at the same moment waits. */
  const change = (
    id: string,
    next: (record: SigningCertificate) => SigningCertificate | CertificateRefusal,
  ): Promise<CertificateRefusal | undefined> =>
    inTransaction(db, async (tx) => {
      const officeId = await officeOf(tx, id);
      if (officeId === undefined) return 'unknown';
      const reference = { type: 'signingCertificate', id } as const;
      const held = await intakeTransaction(tx).lockRecords(officeId, [reference]);
      const after = next(SigningCertificate.parse(held.get(id)?.content));
      if (typeof after === 'string') return after;
      await put(tx, officeId, [after]);
      return undefined;
    });

  const put = (tx: Queryable, officeId: string, certificates: readonly SigningCertificate[]) => {
    const detail = { type: 'signingCertificate', ids: certificates.map(({ id }) => id) };
    return putRecords(intakeTransaction(tx), {
      officeId,
      changes: certificates.map((certificate) => ({
        type: 'signingCertificate',
        id: certificate.id,
        content: certificate as unknown as JsonObject,
      })),
      beforeStream: () =>
        appendAudit(tx, officeId, { event: 'reference.changed', detail }, nowMs()),
    });
  };

  return {
    list: (officeId?: string) => listCertificates(db, officeId),

    /** A request, the organ's too, is agreed to: from the next contact on its holder signs with it. */
    confirm: (id: string) =>
      change(id, (record) =>
        record.binding?.state === 'choXacNhan'
          ? {
              ...record,
              active: true,
              binding: { ...record.binding, state: 'daXacNhan', reason: null },
            }
          : 'notWaiting',
      ),

    /**
     * Takes the picture that waits, or with a reason leaves the old one.
     *
     * @param asked of the asking that was looked at: another may have come since
     */
    decidePicture: (id: string, asked: string, reason: string | null) =>
      change(id, (record) =>
        waitsForPicture(record) && record.pictureChange?.id === asked
          ? endPictureChange(record, { reason, decidedBy: null })
          : 'otherPicture',
      ),

    /** Nobody signs with it any more; a request that waits is refused. */
    withdraw: (id: string, reason: string) =>
      change(id, (record) => {
        const isWaiting = record.binding?.state === 'choXacNhan';
        if (!record.active && !isWaiting) return 'notActive';
        if (!record.binding) return { ...record, active: false };
        return {
          ...record,
          active: false,
          binding: { ...record.binding, state: 'tuChoi', reason },
        };
      }),

    /**
     * Registers all or none.
     *
     * @returns those that are in use or wait already, by thumbprint; then nothing was registered
     */
    register: (officeId: string, certificates: readonly SigningCertificate[]) =>
      inTransaction(db, async (tx): Promise<readonly string[]> => {
        const known = (await listCertificates(tx, officeId)).filter(
          ({ active, binding }) => active || binding?.state === 'choXacNhan',
        );
        const inUse = new Set(known.map(({ thumbprint }) => thumbprint));
        const taken = certificates.filter(({ thumbprint }) => inUse.has(thumbprint));
        if (taken.length === 0) await put(tx, officeId, certificates);
        return taken.map(({ thumbprint }) => thumbprint);
      }),

    /** By the name that IT staff know: a person's login, an organ's code. */
    findOwner: async (
      officeId: string,
      kind: CertificateOwner['kind'],
      name: string,
    ): Promise<CertificateOwner | undefined> => {
      const { rows } = await db.query(
        kind === 'person'
          ? 'select id from app_user where office_id = $1 and login = $2 and active'
          : 'select id from organ where office_id = $1 and code = $2',
        [officeId, name],
      );
      if (rows.length !== 1) return undefined;
      const { id } = z.object({ id: z.string() }).parse(rows[0]);
      return CertificateOwner.parse(
        kind === 'person' ? { kind, userId: id } : { kind, organId: id },
      );
    },
  };
}

async function officeOf(tx: Queryable, id: string): Promise<string | undefined> {
  const { rows } = await tx.query(
    `select office_id from record
      where id = $1 and type = 'signingCertificate' and deleted_at is null`,
    [id],
  );
  return rows.length === 0
    ? undefined
    : z.object({ office_id: z.string() }).parse(rows[0]).office_id;
}

/** Of one office, or of all; requests that wait first. */
async function listCertificates(
  db: Queryable,
  officeId?: string,
): Promise<readonly SigningCertificate[]> {
  const { rows } = await db.query(
    `select content from record
      where type = 'signingCertificate' and deleted_at is null
        and ($1::uuid is null or office_id = $1)
      order by (content->'binding'->>'state') is distinct from 'choXacNhan',
               (content->'pictureChange'->>'state') is distinct from 'choXacNhan', office_id, id`,
    [officeId ?? null],
  );
  return rows.map((row) => z.object({ content: SigningCertificate }).parse(row).content);
}
