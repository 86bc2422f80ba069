import { expect, test } from 'vitest';
import { parcelOf } from '@shared/domain/document/delivery';
import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { LocalDate } from '@shared/kernel/local-date';
import type { DecisionContext } from '@shared/sync/acts/act';
import { findAct } from '@shared/sync/acts/acts';
import type { OpKind } from '@shared/sync/operation';
import type { ServerRecord } from '@shared/sync/record';
import { actSurroundings } from '../../../support/act-context';
import {
  aFile,
  anId,
  anOperation,
  aUserWith,
  sample,
  sampleScope,
} from '../../../support/core-builders';
import { aSealedDocument } from '../../../support/dispatch-builders';

const appendixId = anId(17, 1);
const sealId = anId(12, 2);
const sealPrint = 'b'.repeat(64);
const file = { ...aFile('phu-luc.pdf'), sha256: 'e'.repeat(64), role: 'phuLuc' };
const linked = [{ id: appendixId, file, isSigned: false }];
const signed = [{ id: appendixId, file, isSigned: true }];

const organ = {
  id: sample.organId,
  officeId: sample.officeId,
  kind: 'UBND',
  name: 'UBND xã Thử Nghiệm',
  shortName: 'UBND',
  code: 'H99.001',
};

function decide(
  kind: OpKind,
  body: object,
  document: OutgoingDocument,
  role: 'vanThu' | 'chuyenVien' = 'vanThu',
) {
  const operation = anOperation({
    kind,
    role,
    body,
    target: { type: 'outgoingDocument', id: sample.documentId },
  });
  const bound = findAct('outgoingDocument', kind)?.parse(operation.body);
  if (!bound) return { status: 'unparsed' as const };
  const record = (type: ServerRecord['type'], id: string, content: object): ServerRecord => ({
    type,
    id,
    scope: sampleScope,
    rev: 3,
    content: content as JsonObject,
  });
  const seal = SigningCertificate.parse({
    id: sealId,
    officeId: sample.officeId,
    thumbprint: sealPrint,
    owner: { kind: 'organ', organId: sample.organId },
    holderName: 'UBND xã Thử Nghiệm',
    picture: null,
    active: true,
  });
  const records = [
    record('outgoingDocument', sample.documentId, document),
    record('signingCertificate', sealId, seal),
    record('organ', sample.organId, organ),
  ];
  const context: DecisionContext = {
    operation,
    actor: aUserWith(role),
    scope: sampleScope,
    today: LocalDate.parse('2026-03-02'),
    now: '2026-03-02T02:00:00.000Z',
    agencies: new Map(),
    records: new Map(records.map((row) => [row.id, row])),
    register: undefined,
    ...actSurroundings,
    derivedId: () => anId(9, 9),
  };
  return bound.decide(context);
}

const appendicesAfter = (decision: ReturnType<typeof decide>) =>
  decision.status === 'accepted' ? decision.changes[0]?.content['appendices'] : decision;

const add = (document: OutgoingDocument, role?: 'chuyenVien') =>
  decide('cmd.addAppendix', { appendixId, file }, document, role);

test('van-ban.md §3.5: the clerk links an appendix to a sealed document, and to no other', () => {
  expect(appendicesAfter(add(aSealedDocument()))).toMatchObject(linked);
  expect(add(aSealedDocument({ state: 'daCapSo' }))).toMatchObject({
    code: 'outgoing.wrong-state',
  });
  expect(add(aSealedDocument({ state: 'daPhatHanh' }))).toMatchObject({
    code: 'outgoing.wrong-state',
  });
  expect(add(aSealedDocument(), 'chuyenVien')).toMatchObject({ code: 'outgoing.not-allowed' });
});

test('van-ban.md §3.5: a file is linked once, and the document is no appendix of itself', () => {
  expect(add(aSealedDocument({ appendices: linked }))).toMatchObject({
    code: 'outgoing.appendix-known',
  });
  expect(add(aSealedDocument({ finalPdf: file }))).toMatchObject({
    code: 'outgoing.appendix-known',
  });
});

const drop = (appendices: object) =>
  decide('cmd.dropAppendix', { appendixId }, aSealedDocument({ appendices }));

test('an appendix that was linked by mistake is dropped until it is signed', () => {
  expect(appendicesAfter(drop(linked))).toEqual([]);
  expect(drop(signed)).toMatchObject({ code: 'outgoing.appendix-unknown' });
});

const sign = (over: object = {}, appendices: object = linked) =>
  decide(
    'cmd.recordAppendixSignature',
    {
      appendixId,
      pdf: aFile('phu-luc-da-ky.pdf'),
      basedOn: linked[0]?.file.sha256,
      certificateId: sealId,
      certificateSha256: sealPrint,
      ...over,
    },
    aSealedDocument({ appendices }),
  );

test('S-9, VB025: the organ signs the very file that was linked, once', () => {
  expect(appendicesAfter(sign())).toMatchObject([
    { id: appendixId, isSigned: true, file: { name: 'phu-luc-da-ky.pdf' } },
  ]);
  expect(sign({ basedOn: 'c'.repeat(64) })).toMatchObject({ code: 'outgoing.file-changed' });
  expect(sign({ certificateSha256: 'd'.repeat(64) })).toMatchObject({
    code: 'signing.not-registered',
  });
  expect(sign({}, signed)).toMatchObject({ code: 'outgoing.appendix-unknown' });
});

test('van-ban.md §3.5: nothing is dispatched with an unsigned appendix', () => {
  const dispatch = (appendices: object) =>
    decide('cmd.dispatch', {}, aSealedDocument({ appendices }));

  expect(dispatch(linked)).toMatchObject({ code: 'outgoing.appendix-unsigned' });
  expect(dispatch(signed)).toMatchObject({ status: 'accepted' });
});

test('van-ban.md §4.3: separate appendices travel with their document', () => {
  const parcel = parcelOf(aSealedDocument({ appendices: signed }), {
    documentId: sample.documentId,
    organ: organ as never,
    recipientCode: 'H01.20',
    sentAt: '2026-03-02T02:00:00.000Z',
  });

  expect(parcel?.files.map(({ name, role }) => [name, role])).toEqual([
    ['cong-van-dong-dau.pdf', 'chinh'],
    ['phu-luc.pdf', 'phuLuc'],
  ]);
});
