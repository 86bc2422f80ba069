import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { possessionChallenge } from '@shared/domain/signing/possession';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import type { SoftwareKeyPolicy } from '@shared/domain/signing/software-keys';
import type { Role, User } from '@shared/domain/organ/user';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { toHex } from '@shared/kernel/bytes';
import { LocalDate } from '@shared/kernel/local-date';
import type { DecisionContext } from '@shared/sync/acts/act';
import { findAct, previewOperation } from '@shared/sync/acts/acts';
import type { OpKind } from '@shared/sync/operation';
import { nodePadesPlatform } from '../../../src/main/features/signing/node-pades-platform';
import { readCertificateFacts } from '@shared/pades/cms/certificate-facts';
import { intakeServices } from '../../../sync-server/src/platform';
import { actSurroundings } from '../../support/act-context';
import { anId, anOperation, aUser, sample, sampleScope } from '../../support/core-builders';
import { createDemoPki, signAsToken, type DemoIdentity } from '../../support/demo-pki';

const pki = createDemoPki();
const personal = pki.issue({ commonName: 'Lê Văn Chủ Tịch', organization: 'UBND xã Thử' });
const other = pki.issue({ commonName: 'Người Khác' });
const expired = pki.issue({
  commonName: 'Lê Văn Chủ Tịch',
  notAfter: new Date('2026-03-01T00:00:00Z'),
});
const NOW = '2026-03-02T02:00:00.000Z';

const someone = (n: number, role: Role): User =>
  aUser({ id: anId(4, n), grants: [{ role, organId: sample.organId }] });
const chairman = someone(2, 'chuTich');
const officeHead = someone(3, 'lanhDaoVanPhong');
const clerk = someone(4, 'vanThu');
const expert = someone(5, 'chuyenVien');
const recordId = anId(12, 1);

const factsOf = ({ certificate }: DemoIdentity) => {
  const facts = readCertificateFacts(nodePadesPlatform, certificate);
  if (!facts) throw new Error('the demo certificate is read');
  return facts;
};

/** What the token's holder sends, with what a test puts wrong. */
function request(
  actor: User,
  {
    identity = personal,
    owner = { kind: 'person', userId: actor.id },
    over = {},
    claim = {},
  }: {
    readonly identity?: DemoIdentity;
    readonly owner?: object;
    readonly over?: object;
    readonly claim?: object;
  } = {},
): JsonObject {
  const certificate = factsOf(identity);
  const challenge = possessionChallenge({
    officeId: sample.officeId,
    userId: actor.id,
    recordId,
    thumbprint: certificate.thumbprint,
    owner: owner as never,
    ...claim,
  });
  return {
    owner,
    certificate,
    der: toHex(identity.certificate),
    signature: toHex(new Uint8Array(signAsToken(identity.privateKeyPem, challenge))),
    picture: null,
    ...over,
  } as unknown as JsonObject;
}

interface Deciding {
  readonly kind: OpKind;
  readonly actor: User;
  readonly body?: JsonObject;
  readonly content?: JsonObject;
  readonly softwareKeys?: SoftwareKeyPolicy;
  readonly isKnown?: boolean;
}

function operationOf({ kind, actor, body = {} }: Deciding) {
  const role = actor.grants[0]?.role ?? 'vanThu';
  const target = { type: 'signingCertificate', id: recordId } as const;
  return anOperation({ kind, actor: actor.id, role, target, body });
}

function decide(deciding: Deciding) {
  const { kind, actor, content } = deciding;
  const operation = operationOf(deciding);
  const record = { type: 'signingCertificate', id: recordId, scope: sampleScope, rev: 1 } as const;
  const context: DecisionContext = {
    operation,
    actor,
    scope: sampleScope,
    today: LocalDate.parse(NOW.slice(0, 10)),
    now: NOW,
    records: new Map(content ? [[recordId, { ...record, content }]] : []),
    agencies: new Map(),
    register: undefined,
    derivedId: () => anId(13, 1),
    ...actSurroundings,
    softwareKeys: deciding.softwareKeys ?? 'none',
    isKnownCertificate: deciding.isKnown ?? false,
    readProof: intakeServices(() => 0).readProof,
  };
  const bound = findAct('signingCertificate', kind)?.parse(operation.body);
  if (!bound) throw new Error('the body is well formed');
  return bound.decide(context);
}

/** The record after an act; a refusal fails the test. */
function contentAfter(deciding: Deciding): JsonObject {
  const decision = decide(deciding);
  if (decision.status === 'rejected') throw new Error(decision.code);
  return decision.changes[0]?.content ?? {};
}

const refused = (code: string) => ({ status: 'rejected', code });
const waiting = (actor = chairman, rest = {}) =>
  contentAfter({ kind: 'create', actor, body: request(actor, rest) });

test('K-6: who shows that they hold the token asks for it; nobody signs with it before it is confirmed', () => {
  const record = SigningCertificate.parse(waiting());

  expect(record).toMatchObject({
    thumbprint: factsOf(personal).thumbprint,
    owner: { kind: 'person', userId: chairman.id },
    holderName: 'Lê Văn Chủ Tịch',
    active: false,
    binding: { state: 'choXacNhan', requestedBy: chairman.id, decidedBy: null },
  });
});

test('K-6: a certificate that is registered or asked for is not asked for again; the act names it by its own word', () => {
  const body = request(chairman);
  const bound = findAct('signingCertificate', 'create')?.parse(body);

  expect(bound?.needs(undefined)).toEqual({ thumbprint: factsOf(personal).thumbprint });
  expect(decide({ kind: 'create', actor: chairman, body, isKnown: true })).toEqual(
    refused('signing.already-asked'),
  );
});

test.each([
  [
    'a signature by another key',
    { identity: other, over: { der: toHex(personal.certificate), certificate: factsOf(personal) } },
  ],
  ['a proof made for another person', { claim: { userId: anId(4, 9) } }],
  ['a proof made for another request', { claim: { recordId: anId(12, 9) } }],
  [
    'a proof made for another owner',
    { claim: { owner: { kind: 'organ', organId: sample.organId } } },
  ],
  [
    'names that are not the certificate’s',
    { over: { certificate: { ...factsOf(personal), holderName: 'Ai Đó' } } },
  ],
])('K-6: %s proves nothing', (_what, rest) => {
  expect(decide({ kind: 'create', actor: chairman, body: request(chairman, rest) })).toEqual(
    refused('signing.not-proven'),
  );
});

test('K-6: nobody asks for another person, and only văn thư for the organ’s seal', () => {
  const ask = (actor: User, owner: object) =>
    decide({ kind: 'create', actor, body: request(actor, { owner }) });
  const organ = { kind: 'organ', organId: sample.organId };

  expect(ask(expert, { kind: 'person', userId: chairman.id })).toEqual(
    refused('session.role-missing'),
  );
  expect(ask(chairman, organ)).toEqual(refused('session.role-missing'));
  expect(ask(clerk, organ).status).toBe('accepted');
});

test.each(['der', 'signature'])(
  'I-16: half a byte of the %s is no request, and breaks nothing',
  (field) => {
    const whole = request(chairman) as Record<string, unknown>;
    const body = { ...whole, [field]: `${String(whole[field])}a` };

    expect(findAct('signingCertificate', 'create')?.parse(body as never)).toBeUndefined();
  },
);

test('K-6: an expired certificate is not asked for; one request makes one record', () => {
  const body = request(chairman, { identity: expired });
  expect(decide({ kind: 'create', actor: chairman, body })).toEqual(
    refused('signing.certificate-expired'),
  );
  expect(
    decide({ kind: 'create', actor: chairman, body: request(chairman), content: waiting() }),
  ).toEqual(refused('operation.target-exists'));
});

test('K-6: Chánh Văn phòng confirms, and from then on the holder signs with it', () => {
  const content = contentAfter({
    kind: 'cmd.confirmCertificate',
    actor: officeHead,
    content: waiting(),
  });

  expect(SigningCertificate.parse(content)).toMatchObject({
    active: true,
    binding: { state: 'daXacNhan', decidedBy: officeHead.id },
  });
  expect(decide({ kind: 'cmd.confirmCertificate', actor: officeHead, content })).toEqual(
    refused('signing.request-decided'),
  );
});

test('K-6: nobody confirms their own, nor does who has no right to', () => {
  const kind = 'cmd.confirmCertificate';
  expect(decide({ kind, actor: chairman, content: waiting() })).toEqual(
    refused('signing.own-request'),
  );
  expect(decide({ kind, actor: officeHead, content: waiting(officeHead) })).toEqual(
    refused('signing.own-request'),
  );
  expect(decide({ kind, actor: chairman, content: waiting(officeHead) }).status).toBe('accepted');
  for (const actor of [expert, clerk, someone(6, 'quanTri')]) {
    expect(decide({ kind, actor, content: waiting() })).toEqual(refused('session.role-missing'));
  }
});

test('K-6: the seal’s certificate is the province’s to confirm', () => {
  const content = waiting(clerk, { owner: { kind: 'organ', organId: sample.organId } });

  expect(decide({ kind: 'cmd.confirmCertificate', actor: officeHead, content })).toEqual(
    refused('signing.province-confirms'),
  );
});

test('K-6: a request is refused with a reason, and stays unusable', () => {
  const refusal = { kind: 'cmd.refuseCertificate', actor: officeHead, content: waiting() } as const;

  expect(decide({ ...refusal, body: { reason: ' ' } })).toEqual(refused('held.reason-missing'));
  expect(
    contentAfter({ ...refusal, body: { reason: 'Không phải thiết bị của cơ quan' } }),
  ).toMatchObject({
    active: false,
    binding: { state: 'tuChoi', reason: 'Không phải thiết bị của cơ quan' },
  });
});

test('K-6: without a line the request and its confirmation show, and sign nothing', () => {
  const asked = previewOperation(
    null,
    operationOf({ kind: 'create', actor: chairman, body: request(chairman) }),
  );
  const confirmed = previewOperation(
    asked,
    operationOf({ kind: 'cmd.confirmCertificate', actor: officeHead }),
  );

  expect(asked).toMatchObject({ active: false, binding: { state: 'choXacNhan' } });
  expect(confirmed).toMatchObject({ active: false, binding: { state: 'daXacNhan' } });
});

const inFile = { over: { keyStore: 'software' }, claim: { keyStore: 'software' } };
const ofOrgan = { owner: { kind: 'organ', organId: sample.organId } };

test.each([
  ['none', chairman, {}, 'softwareKey.not-allowed'],
  ['personal', chairman, {}, undefined],
  ['personal', clerk, ofOrgan, 'softwareKey.not-allowed'],
  ['all', clerk, ofOrgan, undefined],
] as const)(
  'software keys: under the policy %s the server answers a request for one accordingly',
  (softwareKeys, actor, over, code) => {
    const body = request(actor, { ...inFile, ...over });
    const decision = decide({ kind: 'create', actor, body, softwareKeys });

    if (code) expect(decision).toEqual(refused(code));
    else expect(decision).toMatchObject({ changes: [{ content: { keyStore: 'software' } }] });
  },
);

test('software keys: where the key lies is part of what it signs; nobody leaves it out on the way', () => {
  const silent = request(chairman, { claim: { keyStore: 'software' } });
  const added = request(chairman, { over: { keyStore: 'software' } });

  for (const body of [silent, added]) {
    expect(decide({ kind: 'create', actor: chairman, body, softwareKeys: 'all' })).toEqual(
      refused('signing.not-proven'),
    );
  }
});

test('software keys: a request is not confirmed after the policy was withdrawn, and still refused', () => {
  const body = request(chairman, inFile);
  const content = contentAfter({ kind: 'create', actor: chairman, body, softwareKeys: 'personal' });
  const actor = officeHead;

  expect(decide({ kind: 'cmd.confirmCertificate', actor, content })).toEqual(
    refused('softwareKey.not-allowed'),
  );
  const confirmed = contentAfter({
    kind: 'cmd.confirmCertificate',
    actor,
    content,
    softwareKeys: 'personal',
  });
  expect(confirmed).toMatchObject({ active: true, keyStore: 'software' });
  const reason = { reason: 'Dùng thiết bị ký số' };
  expect(decide({ kind: 'cmd.refuseCertificate', actor, content, body: reason })).toMatchObject({
    status: 'accepted',
  });
});

test('S-13, S-14: a sound picture goes with the request, anything else is refused', () => {
  const png = readFileSync('test/fixtures/pdf/pictures/handwriting.png').toString('base64');
  const asked = (picture: object) => ({
    kind: 'create' as const,
    actor: chairman,
    body: request(chairman, { over: { picture } }),
  });

  expect(contentAfter(asked({ png, widthMm: 40 }))).toMatchObject({
    picture: { png, widthMm: 40 },
    active: false,
  });
  expect(decide(asked({ png: png.slice(0, 4000), widthMm: 40 }))).toEqual(
    refused('picture.not-sound'),
  );
});
