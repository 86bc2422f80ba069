import { NEW_CUSTODY } from '@shared/domain/register/custody';
import { actSurroundings } from '../../../support/act-context';
import { expect, test } from 'vitest';
import { OutgoingDocument, OutgoingState } from '@shared/domain/document/outgoing-document';
import { openSteps, stepRule, type OutgoingStep } from '@shared/domain/document/outgoing-steps';
import { Role } from '@shared/domain/organ/user';
import type { SoftwareKeyPolicy } from '@shared/domain/signing/software-keys';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { LocalDate } from '@shared/kernel/local-date';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { DecisionContext } from '@shared/sync/acts/act';
import { findAct, previewOperation } from '@shared/sync/acts/acts';
import type { OpKind } from '@shared/sync/operation';
import type { ServerRecord } from '@shared/sync/record';
import {
  aFile,
  anId,
  anOperation,
  aRegister,
  aUser,
  sample,
  sampleScope,
} from '../../../support/core-builders';

const unitId = anId(8, 1);
const draft = {
  organId: sample.organId,
  draftingUnitId: unitId,
  documentTypeId: 'CV',
  subject: 'Phối hợp rà soát địa giới thôn giáp ranh',
  signingForm: 'TM',
  signerUserId: sample.clerkId,
  signerName: 'Nguyễn Văn Mẫu',
  signerPosition: 'CHỦ TỊCH',
  place: 'Thử Nghiệm',
  priority: 0,
  circulation: 'khong',
  recipients: [{ agencyCode: null, name: 'UBND xã bên', kind: 'chinh', channel: 'lienThong' }],
  issuedAmount: 0,
  pageAmount: 1,
  replyDueDate: null,
  replyToIncomingIds: [],
  note: null,
  notSecretConfirmed: true,
  drafts: [aFile('du-thao.docx')],
} as const;

const aDocument = (overrides: object = {}): OutgoingDocument =>
  OutgoingDocument.parse({
    ...draft,
    state: 'duThao',
    draftedBy: sample.clerkId,
    draftedAt: '2026-03-02T02:00:00.000Z',
    finalPdf: null,
    reviews: [],
    numberRequestedAt: null,
    registerId: null,
    codeNumber: null,
    codeDisplay: null,
    issuedDate: null,
    dispatchedAt: null,
    ...overrides,
  });

const record = (type: ServerRecord['type'], id: string, content: object): ServerRecord => ({
  type,
  id,
  scope: sampleScope,
  rev: 3,
  content: content as JsonObject,
});

interface Deciding {
  readonly kind: OpKind;
  readonly role: Role;
  readonly body?: object;
  readonly document?: OutgoingDocument;
  readonly nextNumber?: number;
  readonly today?: string;
  /** In place of the two registered ones. */
  readonly certificates?: readonly SigningCertificate[];
  readonly softwareKeys?: SoftwareKeyPolicy;
}

/** The server's decision of one act by the sample person, who holds the given role. */
function decide({
  kind,
  role,
  body = {},
  document,
  nextNumber = 120,
  today = '2026-03-02',
  certificates = [
    aCertificate({}),
    aCertificate({
      id: certificateIds.seal,
      thumbprint: seal,
      owner: { kind: 'organ', organId: sample.organId },
      holderName: 'UBND xã Thử Nghiệm',
    }),
  ],
  softwareKeys = 'none',
}: Deciding) {
  const operation = anOperation({
    kind,
    role,
    body,
    target: { type: 'outgoingDocument', id: sample.documentId },
  });
  const bound = findAct('outgoingDocument', kind)?.parse(operation.body);
  if (!bound) return { status: 'unparsed' as const };
  const records = [
    ...(document ? [record('outgoingDocument', sample.documentId, document)] : []),
    record('organ', sample.organId, {
      id: sample.organId,
      officeId: sample.officeId,
      kind: 'UBND',
      name: 'UBND xã Thử Nghiệm',
      shortName: 'UBND',
      code: 'H99.001',
    }),
    record('orgUnit', unitId, {
      id: unitId,
      officeId: sample.officeId,
      name: 'Văn phòng',
      abbreviation: 'VP',
      headUserId: null,
      active: true,
    }),
  ];
  records.push(...certificates.map((one) => record('signingCertificate', one.id, one)));
  const context: DecisionContext = {
    operation,
    actor: aUser({ grants: [{ role, organId: sample.organId }] }),
    scope: sampleScope,
    today: LocalDate.parse(today),
    now: '2026-03-02T02:00:00.000Z',
    agencies: new Map(),
    records: new Map(records.map((row) => [row.id, row])),
    register: {
      register: aRegister({ direction: 'di' }),
      counter: { registerId: sample.registerId as never, nextNumber, lastDate: null },
      custody: NEW_CUSTODY,
      queue: [],
      queueLength: 0,
      booked: new Set<string>(),
      isQueued: false,
    },
    ...actSurroundings,
    softwareKeys,
    derivedId: () => anId(9, 9),
  };
  return bound.decide(context);
}

const contentOf = (decision: ReturnType<typeof decide>): OutgoingDocument => {
  if (decision.status !== 'accepted') throw new Error(JSON.stringify(decision));
  return OutgoingDocument.parse(decision.changes[0]?.content);
};
const pdf: JsonObject = { ...aFile('cong-van.pdf'), mime: 'application/pdf' };
const signed: JsonObject = { ...aFile('cong-van-ky.pdf'), mime: 'application/pdf' };
const [personal, seal] = ['c'.repeat(64), 'd'.repeat(64)];
const certificateIds = { personal: anId(9, 1), seal: anId(9, 2) };
const extension = (basedOn: JsonObject, as: 'personal' | 'seal' = 'personal') => ({
  pdf: signed,
  basedOn: basedOn['sha256'],
  certificateId: certificateIds[as],
  certificateSha256: as === 'personal' ? personal : seal,
});
const aCertificate = (overrides: object): SigningCertificate =>
  SigningCertificate.parse({
    id: certificateIds.personal,
    officeId: sample.officeId,
    thumbprint: personal,
    owner: { kind: 'person', userId: sample.clerkId },
    holderName: 'Nguyễn Văn Mẫu',
    picture: null,
    active: true,
    ...overrides,
  });

const bodies: Readonly<Record<string, object>> = {
  submitDraft: {},
  approveContent: { opinion: null },
  approveFormat: { pdf, opinion: null },
  returnDraft: { reason: 'Sai thể thức' },
  recordSignature: extension(pdf),
  requestNumber: { registerId: sample.registerId },
  recordSeal: extension(pdf, 'seal'),
  dropDraft: { reason: 'Không cần nữa' },
};
const stepNames = Object.keys(bodies) as OutgoingStep[];

test.each(stepNames)(
  'doc §9.5: %s goes from its own states only, in its own roles only',
  (step) => {
    const rule = stepRule(step);
    for (const state of OutgoingState.options) {
      for (const role of Role.options) {
        const document = aDocument({ state, finalPdf: pdf });
        const decision = decide({ kind: `cmd.${step}`, role, body: bodies[step] ?? {}, document });
        const isOpen = rule.from.includes(state) && rule.roles.includes(role);

        expect([state, role, decision.status]).toEqual([
          state,
          role,
          isOpen ? 'accepted' : 'rejected',
        ]);
      }
    }
  },
);

test('doc §9.5: a paper goes from draft to sealed through four separate acts', () => {
  const submitted = contentOf(
    decide({ kind: 'cmd.submitDraft', role: 'chuyenVien', document: aDocument() }),
  );
  const checked = contentOf(
    decide({
      kind: 'cmd.approveContent',
      role: 'lanhDaoDonVi',
      body: { opinion: 'Đồng ý' },
      document: submitted,
    }),
  );
  const formatted = contentOf(
    decide({
      kind: 'cmd.approveFormat',
      role: 'vanThu',
      body: { pdf, opinion: null },
      document: checked,
    }),
  );
  const signedDocument = contentOf(
    decide({
      kind: 'cmd.recordSignature',
      role: 'chuTich',
      body: extension(pdf),
      document: formatted,
    }),
  );
  const numbered = contentOf(
    decide({
      kind: 'cmd.requestNumber',
      role: 'vanThu',
      body: { registerId: sample.registerId },
      document: signedDocument,
    }),
  );
  const sealed = contentOf(
    decide({
      kind: 'cmd.recordSeal',
      role: 'vanThu',
      body: extension(signed, 'seal'),
      document: numbered,
    }),
  );

  expect(
    [submitted, checked, formatted, signedDocument, numbered, sealed].map(({ state }) => state),
  ).toEqual(['choDonVi', 'choTheThuc', 'choKy', 'daKy', 'daCapSo', 'daDongDau']);
  expect(sealed.reviews.map(({ kind }) => kind)).toEqual([
    'noiDung',
    'theThuc',
    'kyBanHanh',
    'dongDau',
  ]);
});

test('doc/R4: number and date are given together, the date being the server’s today', () => {
  const document = aDocument({ state: 'daKy', finalPdf: signed });
  const numbered = contentOf(
    decide({
      kind: 'cmd.requestNumber',
      role: 'vanThu',
      body: { registerId: sample.registerId },
      document,
      today: '2026-11-20',
    }),
  );

  expect(numbered).toMatchObject({
    codeNumber: 120,
    codeDisplay: '120/UBND-VP',
    issuedDate: '2026-11-20',
  });
});

test.each([
  ['CV', 7, '07/UBND-VP'],
  ['QD', 15, '15/QĐ-UBND'],
  ['QYD', 8, '08/QyĐ-UBND'],
  ['CTR', 101, '101/CTr-UBND'],
])('doc §1.4: type %s with number %i is written %s', (documentTypeId, nextNumber, display) => {
  const document = aDocument({ state: 'daKy', finalPdf: signed, documentTypeId });
  const numbered = contentOf(
    decide({
      kind: 'cmd.requestNumber',
      role: 'vanThu',
      body: { registerId: sample.registerId },
      document,
      nextNumber,
    }),
  );

  expect(numbered.codeDisplay).toBe(display);
});

test('VB019: a document that nobody signed gets no number', () => {
  const document = aDocument({ state: 'choKy', finalPdf: pdf });

  expect(
    decide({
      kind: 'cmd.requestNumber',
      role: 'vanThu',
      body: { registerId: sample.registerId },
      document,
    }),
  ).toEqual({ status: 'rejected', code: 'outgoing.not-signed' });
});

test('VB025: a signature on another file than the one checked is refused', () => {
  const document = aDocument({ state: 'choKy', finalPdf: pdf });

  expect(
    decide({ kind: 'cmd.recordSignature', role: 'chuTich', body: extension(signed), document }),
  ).toEqual({ status: 'rejected', code: 'outgoing.file-changed' });
});

test('doc §3.4: only the person named as signer signs', () => {
  const document = aDocument({ state: 'choKy', finalPdf: pdf, signerUserId: anId(4, 2) });

  expect(
    decide({ kind: 'cmd.recordSignature', role: 'chuTich', body: extension(pdf), document }),
  ).toEqual({ status: 'rejected', code: 'outgoing.signer-only' });
});

test.each([
  ['cmd.recordSignature', 'none', 'softwareKey.not-allowed'],
  ['cmd.recordSignature', 'personal', undefined],
  ['cmd.recordSeal', 'personal', 'softwareKey.not-allowed'],
  ['cmd.recordSeal', 'all', undefined],
] as const)('software keys: %s with one under the policy %s', (kind, softwareKeys, code) => {
  const isSeal = kind === 'cmd.recordSeal';
  const certificate = isSeal
    ? {
        id: certificateIds.seal,
        thumbprint: seal,
        owner: { kind: 'organ', organId: sample.organId },
      }
    : {};

  const decision = decide({
    kind,
    role: isSeal ? 'vanThu' : 'chuTich',
    body: extension(pdf, isSeal ? 'seal' : undefined),
    document: aDocument({ state: isSeal ? 'daCapSo' : 'choKy', finalPdf: pdf }),
    certificates: [aCertificate({ ...certificate, keyStore: 'software' })],
    softwareKeys,
  });

  expect(decision).toMatchObject(code ? { status: 'rejected', code } : { status: 'accepted' });
});

test.each([
  ['cmd.recordSignature', 'someone else’s', { owner: { kind: 'person', userId: anId(4, 2) } }],
  ['cmd.recordSignature', 'the organ’s', { owner: { kind: 'organ', organId: sample.organId } }],
  ['cmd.recordSignature', 'withdrawn', { active: false }],
  ['cmd.recordSignature', 'another one than was used', { thumbprint: 'e'.repeat(64) }],
  ['cmd.recordSeal', 'a person’s', {}],
  ['cmd.recordSeal', 'another organ’s', { owner: { kind: 'organ', organId: anId(2, 9) } }],
] as const)('K-6: %s with a certificate that is %s is refused', (kind, _what, certificate) => {
  const isSeal = kind === 'cmd.recordSeal';

  const decision = decide({
    kind,
    role: isSeal ? 'vanThu' : 'chuTich',
    body: extension(pdf),
    document: aDocument({ state: isSeal ? 'daCapSo' : 'choKy', finalPdf: pdf }),
    certificates: [aCertificate(certificate)],
  });

  expect(decision).toEqual({ status: 'rejected', code: 'signing.not-registered' });
});

test('doc/R5: a numbered document gets no second number', () => {
  const document = aDocument({
    state: 'daCapSo',
    finalPdf: signed,
    codeNumber: 5,
    codeDisplay: '05/UBND-VP',
  });

  expect(
    decide({
      kind: 'cmd.requestNumber',
      role: 'vanThu',
      body: { registerId: sample.registerId },
      document,
    }),
  ).toEqual({ status: 'rejected', code: 'register.already-numbered' });
});

test('doc/R6: while the request waits, the screen shows that it waits and nothing like a number', () => {
  const document = aDocument({ state: 'daKy', finalPdf: signed });
  const operation = anOperation({
    kind: 'cmd.requestNumber',
    body: { registerId: sample.registerId },
    target: { type: 'outgoingDocument', id: sample.documentId },
  });

  const shown = previewOperation(document, operation);

  expect(shown).toMatchObject({
    state: 'daKy',
    codeNumber: null,
    codeDisplay: null,
    issuedDate: null,
  });
  expect(shown?.['numberRequestedAt']).toBe('2026-03-02T02:00:00.000Z');
});

test('a draft without file or without recipient goes nowhere (VB022)', () => {
  const noFile = decide({
    kind: 'cmd.submitDraft',
    role: 'chuyenVien',
    document: aDocument({ drafts: [] }),
  });
  const noRecipient = decide({
    kind: 'cmd.submitDraft',
    role: 'chuyenVien',
    document: aDocument({ recipients: [] }),
  });

  expect([noFile, noRecipient]).toEqual([
    { status: 'rejected', code: 'outgoing.no-draft-file' },
    { status: 'rejected', code: 'outgoing.no-recipient' },
  ]);
});

test('doc §9.5: a returned paper loses its signature with its file and keeps the reason', () => {
  const document = aDocument({ state: 'daKy', finalPdf: signed });
  const returned = contentOf(
    decide({ kind: 'cmd.returnDraft', role: 'vanThu', body: { reason: 'Sai nơi nhận' }, document }),
  );

  expect(returned).toMatchObject({ state: 'traLai', finalPdf: null });
  expect(returned.reviews.at(-1)).toMatchObject({
    kind: 'traLai',
    opinion: 'Sai nơi nhận',
    fileSha256: signed['sha256'],
  });
});

test('only the drafter changes a draft, and only while it is one', () => {
  const body = { set: { subject: { was: draft.subject, now: 'Phối hợp rà soát mốc giới' } } };
  const other = decide({
    kind: 'patch',
    role: 'chuyenVien',
    body,
    document: aDocument({ draftedBy: anId(4, 3) }),
  });
  const late = decide({
    kind: 'patch',
    role: 'chuyenVien',
    body,
    document: aDocument({ state: 'choKy' }),
  });
  const own = contentOf(decide({ kind: 'patch', role: 'chuyenVien', body, document: aDocument() }));

  expect([other, late]).toEqual([
    { status: 'rejected', code: 'outgoing.drafter-only' },
    { status: 'rejected', code: 'outgoing.wrong-state' },
  ]);
  expect(own.subject).toBe('Phối hợp rà soát mốc giới');
});

test('§9.5: numbers and states cannot be written as fields', () => {
  const body = { set: { state: { was: 'duThao', now: 'daKy' } } };

  expect(decide({ kind: 'patch', role: 'chuyenVien', body, document: aDocument() })).toEqual({
    status: 'rejected',
    code: 'operation.field-not-editable',
  });
});

test('doc §3.4: each person is offered the steps of their roles and no others', () => {
  expect(openSteps('choKy', new Set(['chuTich']))).toEqual(['returnDraft', 'recordSignature']);
  expect(openSteps('daKy', new Set(['vanThu']))).toEqual(['returnDraft', 'requestNumber']);
  expect(openSteps('daPhatHanh', new Set(Role.options))).toEqual([]);
  expect(openSteps('choDonVi', new Set(['quanTri', 'kiemTra']))).toEqual([]);
});
