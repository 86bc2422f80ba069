import { expect, test } from 'vitest';
import { CertifiedCopy } from '@shared/domain/document/certified-copy';
import { NEW_CUSTODY } from '@shared/domain/register/custody';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { LocalDate } from '@shared/kernel/local-date';
import type { DecisionContext } from '@shared/sync/acts/act';
import { findAct, previewOperation } from '@shared/sync/acts/acts';
import { loadClassOf, WORK_CLASS } from '@shared/sync/load-class';
import type { OpKind } from '@shared/sync/operation';
import { dossierScope, type ServerRecord } from '@shared/sync/record';
import { actSurroundings } from '../../../support/act-context';
import {
  aFile,
  anId,
  anOperation,
  aRegister,
  aRegistration,
  aUserWith,
  sample,
  sampleScope,
} from '../../../support/core-builders';

const copyId = anId(16, 1);
const sealId = anId(12, 2);
const sealPrint = 'b'.repeat(64);
const scan = aFile('so-hoa.pdf');
const signer = { authority: 'TL. CHỦ TỊCH', position: 'CHÁNH VĂN PHÒNG', name: 'Lê Văn Sao' };

const arrived = (overrides: object = {}): JsonObject => ({
  ...aRegistration({ files: [aFile('goc.pdf')] }),
  state: 'daDangKy',
  arrivalNumber: 7,
  registeredBy: sample.clerkId,
  registeredAt: '2026-03-02T02:00:00.000Z',
  routedUnitId: null,
  ...overrides,
});

const draft = {
  documentTypeId: 'SY',
  from: 'giay',
  to: 'dienTu',
  targetType: 'incomingDocument',
  targetId: sample.documentId,
  organId: sample.organId,
  subject: 'Như màn hình biết',
  sourceCode: '15/SNV-TCHC',
  place: 'Thử Nghiệm',
  pdf: scan,
  signer: null,
  recipientsText: '',
  issuedAmount: 0,
} as const;

const aCopy = (overrides: object = {}): CertifiedCopy =>
  CertifiedCopy.parse({
    ...draft,
    state: 'choCapSo',
    madeBy: sample.clerkId,
    madeAt: '2026-03-02T02:00:00.000Z',
    numberRequestedAt: null,
    registerId: null,
    codeNumber: null,
    codeDisplay: null,
    issuedDate: null,
    ...overrides,
  });

const numbered = {
  state: 'daCapSo',
  registerId: sample.registerId,
  codeNumber: 5,
  codeDisplay: '05/SY-UBND',
  issuedDate: '2026-03-02',
} as const;

interface Deciding {
  readonly kind: OpKind;
  readonly body: object;
  readonly role?: 'vanThu' | 'chuyenVien';
  readonly source?: JsonObject;
  readonly sourceScope?: string;
  readonly copy?: CertifiedCopy;
  readonly register?: object;
}

function decide({
  kind,
  body,
  role = 'vanThu',
  source = arrived(),
  sourceScope = sampleScope,
  copy,
  register = { direction: 'banSao' },
}: Deciding) {
  const operation = anOperation({
    kind,
    role,
    body,
    target: { type: 'certifiedCopy', id: copyId },
  });
  const bound = findAct('certifiedCopy', kind)?.parse(operation.body);
  if (!bound) return { status: 'unparsed' as const };
  const record = (type: ServerRecord['type'], id: string, content: object): ServerRecord => ({
    type,
    id,
    scope: id === sample.documentId ? sourceScope : sampleScope,
    rev: 3,
    content: content as JsonObject,
  });
  const organ = {
    id: sample.organId,
    officeId: sample.officeId,
    kind: 'UBND',
    name: 'UBND xã Thử Nghiệm',
    shortName: 'UBND',
    code: 'H99.001',
  };
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
    record('incomingDocument', sample.documentId, source),
    record('organ', sample.organId, organ),
    record('signingCertificate', sealId, seal),
    ...(copy ? [record('certifiedCopy', copyId, copy)] : []),
  ];
  const context: DecisionContext = {
    operation,
    actor: aUserWith(role),
    scope: sampleScope,
    today: LocalDate.parse('2026-03-02'),
    now: '2026-03-02T02:00:00.000Z',
    agencies: new Map(),
    records: new Map(records.map((row) => [row.id, row])),
    register: {
      register: aRegister(register),
      counter: { registerId: sample.registerId as never, nextNumber: 5, lastDate: null },
      custody: NEW_CUSTODY,
      queue: [],
      queueLength: 0,
      booked: new Set<string>(),
      isQueued: false,
    },
    ...actSurroundings,
    derivedId: () => anId(9, 9),
  };
  return bound.decide(context);
}

const make = (over: object = {}, given: Partial<Deciding> = {}) =>
  decide({ kind: 'create', body: { ...draft, ...over }, ...given });

const changed = (decision: ReturnType<typeof decide>) =>
  decision.status === 'accepted'
    ? decision.changes.find(({ id }) => id === copyId)?.content
    : decision;

test('van-ban.md §3.6: a copy of a registered paper waits for its number and is called what its source is called', () => {
  expect(changed(make())).toMatchObject({
    state: 'choCapSo',
    subject: 'Về việc báo cáo công tác văn thư, lưu trữ',
    sourceCode: '15/SNV-TCHC',
    codeNumber: null,
  });
});

test.each([
  ['a paper without its arrival number', arrived({ state: 'moiDen', arrivalNumber: null })],
  ['a paper whose number was voided', arrived({ state: 'huySoDen' })],
  ['a paper of the other organ', arrived({ organId: sample.otherOrganId })],
])('van-ban.md §3.6: no copy is made of %s', (_what, source) => {
  expect(make({}, { source })).toEqual({ status: 'rejected', code: 'copy.source-not-issued' });
});

test('van-ban.md §3.6: no sao y and no sao lục from electronic to electronic', () => {
  const electronic = { channel: 'AXIS', hasPaper: false };
  const source = arrived(electronic);
  const way = { from: 'dienTu', to: 'dienTu' };

  expect(make(way, { source })).toEqual({ status: 'rejected', code: 'copy.way-unknown' });
  expect(make({ ...way, documentTypeId: 'SL' }, { source })).toMatchObject({
    code: 'copy.way-unknown',
  });
  expect(make({ ...way, documentTypeId: 'TRS' }, { source })).toMatchObject({ status: 'accepted' });
});

test('van-ban.md §3.6: sao lục is made of a sao y alone, and no other copy of one', () => {
  const saoY = arrived({ documentTypeId: 'SY' });
  const ofSaoY = (documentTypeId: string) => make({ documentTypeId }, { source: saoY });

  expect(ofSaoY('SL')).toMatchObject({ status: 'accepted' });
  expect(ofSaoY('SY')).toMatchObject({ code: 'copy.source-kind' });
  expect(ofSaoY('TRS')).toMatchObject({ code: 'copy.source-kind' });
  expect(make({ documentTypeId: 'SL' })).toMatchObject({ code: 'copy.source-kind' });
  expect(
    make({ documentTypeId: 'SY' }, { source: arrived({ documentTypeId: 'SL' }) }),
  ).toMatchObject({ code: 'copy.source-kind' });
});

test('van-ban.md §3.6: what came on paper alone is copied from paper', () => {
  const fromLine = {
    documentTypeId: 'SY',
    from: 'dienTu',
    to: 'giay',
    pdf: aFile('goc.pdf'),
    signer,
  };

  expect(make(fromLine)).toMatchObject({ code: 'copy.source-carrier' });
  expect(
    make(fromLine, { source: arrived({ channel: 'AXIS', files: [aFile('goc.pdf')] }) }),
  ).toMatchObject({ status: 'accepted' });
  expect(make({}, { source: arrived({ channel: 'AXIS', hasPaper: false }) })).toMatchObject({
    code: 'copy.source-carrier',
  });
});

test('van-ban.md §3.6: a sao y on paper prints the whole file of its source, and a person signs it', () => {
  const source = arrived({ channel: 'AXIS', files: [aFile('goc.pdf')] });
  const onPaper = { from: 'dienTu', to: 'giay', signer };

  expect(make({ ...onPaper, pdf: aFile('goc.pdf') }, { source })).toMatchObject({
    status: 'accepted',
  });
  expect(make({ ...onPaper, pdf: scan }, { source })).toMatchObject({ code: 'copy.pages-missing' });
  expect(make({ ...onPaper, pdf: aFile('goc.pdf'), signer: null }, { source })).toMatchObject({
    code: 'copy.signer-missing',
  });
});

test('van-ban.md §3.6: a copy into electronic form has its file and no signer on paper', () => {
  expect(make({ pdf: null })).toMatchObject({ code: 'copy.pages-missing' });
  expect(make({ signer })).toMatchObject({ code: 'copy.signer-missing' });
  expect(make({ pdf: { ...scan, mime: 'image/png' } })).toMatchObject({
    code: 'copy.pages-missing',
  });
});

test('van-ban.md §3.6: the clerk who keeps the seal copies, nobody else', () => {
  const refusal = { status: 'rejected', code: 'copy.clerk-only' };

  expect(make({}, { role: 'chuyenVien' })).toEqual(refusal);
  expect(
    decide({
      kind: 'cmd.requestNumber',
      role: 'chuyenVien',
      body: { registerId: sample.registerId },
      copy: aCopy(),
    }),
  ).toEqual(refusal);
});

test('§7.2: a copy lies where its source lies', () => {
  const scope = dossierScope(anId(15, 1));

  const decision = make({}, { sourceScope: scope });

  expect(decision.status === 'accepted' && decision.changes[0]?.scope).toBe(scope);
});

const requestNumber = (given: Partial<Deciding> = {}) =>
  decide({
    kind: 'cmd.requestNumber',
    body: { registerId: sample.registerId },
    copy: aCopy(),
    ...given,
  });

test('van-ban.md §1.4, I-9: a copy gets the next number of the series of copies, printed with its form and organ', () => {
  expect(changed(requestNumber())).toMatchObject({
    state: 'daCapSo',
    codeNumber: 5,
    codeDisplay: '05/SY-UBND',
    issuedDate: '2026-03-02',
    registerId: sample.registerId,
  });
  expect(changed(requestNumber({ copy: aCopy({ documentTypeId: 'TRS' }) }))).toMatchObject({
    codeDisplay: '05/TrS-UBND',
  });
});

test('I-9: the book of copies numbers copies alone, and a copy once', () => {
  expect(requestNumber({ register: { direction: 'di' } })).toMatchObject({
    code: 'register.unknown',
  });
  expect(requestNumber({ copy: aCopy(numbered) })).toMatchObject({
    code: 'register.already-numbered',
  });
});

test('§9.3: a copy waits while its book is locked, and nothing like a number is shown', () => {
  const waiting = requestNumber({ register: { direction: 'banSao', status: 'daKhoa' } });

  expect(changed(waiting)).toMatchObject({ state: 'choCapSo', codeNumber: null });
  expect(waiting.status === 'accepted' && waiting.register?.enqueued).toMatchObject([
    { documentId: copyId, type: 'certifiedCopy' },
  ]);
});

test('§9.4: the number that a holder gave is taken in as it was printed', () => {
  const body = {
    registerId: sample.registerId,
    epoch: 1,
    number: 5,
    date: '2026-03-02',
    prevEntryHash: '0'.repeat(64),
    code: { organShortName: 'UBND', unitAbbreviation: '' },
  };
  const operation = anOperation({
    kind: 'cmd.allocateNumber',
    body,
    target: { type: 'certifiedCopy', id: copyId },
  });

  expect(previewOperation(aCopy() as unknown as JsonObject, operation)).toMatchObject({
    state: 'daCapSo',
    codeDisplay: '05/SY-UBND',
  });
});

const sign = (over: object = {}, copy = aCopy(numbered)) =>
  decide({
    kind: 'cmd.recordCopySignature',
    body: {
      pdf: aFile('da-ky.pdf'),
      basedOn: scan['sha256'],
      certificateId: sealId,
      certificateSha256: sealPrint,
      ...over,
    },
    copy,
  });

test('S-9, van-ban.md §3.5: the organ signs a copy that has its number, on the very file of it', () => {
  expect(changed(sign())).toMatchObject({ state: 'daKySo', pdf: { name: 'da-ky.pdf' } });
  expect(sign({ basedOn: 'c'.repeat(64) })).toMatchObject({ code: 'outgoing.file-changed' });
  expect(sign({ certificateSha256: 'd'.repeat(64) })).toMatchObject({
    code: 'signing.not-registered',
  });
  expect(sign({}, aCopy())).toMatchObject({ code: 'copy.wrong-state' });
  expect(sign({}, aCopy({ ...numbered, to: 'giay', signer }))).toMatchObject({
    code: 'copy.wrong-state',
  });
});

test('§6.3: a copy is work until it is signed, on paper until it has its number', () => {
  const classOf = (over: object) => loadClassOf('certifiedCopy', aCopy(over));

  expect([
    classOf({}),
    classOf(numbered),
    classOf({ ...numbered, to: 'giay' }),
    classOf({ ...numbered, state: 'daKySo' }),
  ]).toEqual([WORK_CLASS, WORK_CLASS, 2026, 2026]);
});
