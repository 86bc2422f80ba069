import { expect, test } from 'vitest';
import { numberDrafts } from '../../../../src/main/features/registers/number-drafts';
import { Lease } from '@shared/domain/register/custody';
import { openHeldBook } from '@shared/domain/register/lease-holder';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { LocalDate } from '@shared/kernel/local-date';
import type { OperationDraft } from '@shared/sync/operation';
import { anId, sample, sha256 } from '../../../support/core-builders';

const lease = Lease.parse({
  registerId: sample.registerId,
  epoch: 1,
  deviceId: sample.deviceId,
  inc: 1,
  year: 2026,
  fromNumber: 5,
  lastDate: null,
  quota: 50,
  notBefore: '2026-03-01',
  notAfter: '2026-03-31',
});
const code = { organShortName: 'UBND', unitAbbreviation: '' };

/** A request for a copy on the machine that holds the book of copies, after numbering. */
function numbered(body: JsonObject) {
  const draft: OperationDraft = {
    kind: 'cmd.requestNumber',
    target: { type: 'certifiedCopy', id: anId(16, 1) },
    base: null,
    role: 'vanThu',
    body: { registerId: sample.registerId, ...body },
  };
  const book = openHeldBook(lease, sha256);
  const date = LocalDate.parse('2026-03-02');
  const deps = { sha256, findDocument: () => undefined, hasNumbered: () => false };
  return numberDrafts(deps, [draft], new Map([[sample.registerId, { book, anchors: [], date }]]));
}

test('§9.4: a holder numbers a copy in the flush that makes it, without the server', () => {
  const { drafts, given } = numbered({ code });

  expect(given).toBe(1);
  expect(drafts).toMatchObject([{ kind: 'cmd.allocateNumber', body: { number: 5, code } }]);
});

test('§9.4: a copy whose code cannot be printed here stays a request', () => {
  expect(numbered({}).drafts).toMatchObject([{ kind: 'cmd.requestNumber' }]);
});
