import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isSoundPicture } from '@shared/domain/signing/picture-png';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import type { Role, User } from '@shared/domain/organ/user';
import { fromBase64, toBase64 } from '@shared/kernel/bytes';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { LocalDate } from '@shared/kernel/local-date';
import { writeInkPng } from '@shared/pades/picture/write-png';
import type { DecisionContext } from '@shared/sync/acts/act';
import { findAct, previewOperation } from '@shared/sync/acts/acts';
import type { OpKind } from '@shared/sync/operation';
import { actSurroundings } from '../../support/act-context';
import { anId, anOperation, aUser, sample, sampleScope } from '../../support/core-builders';

const someone = (n: number, role: Role): User =>
  aUser({ id: anId(4, n), grants: [{ role, organId: sample.organId }] });
const chairman = someone(2, 'chuTich');
const officeHead = someone(3, 'lanhDaoVanPhong');
const clerk = someone(4, 'vanThu');
const expert = someone(5, 'chuyenVien');
const recordId = anId(12, 1);

const pngOf = async (width: number, height: number) =>
  toBase64(
    await writeInkPng(
      { width, height, alpha: new Uint8Array(width * height).fill(200), colour: [20, 40, 150] },
      (bytes) => Promise.resolve(new Uint8Array(deflateSync(bytes))),
    ),
  );
const picture = { png: await pngOf(400, 150), widthMm: 45 };

const ofPerson = { kind: 'person', userId: chairman.id };
const ofOrgan = { kind: 'organ', organId: sample.organId };
const registered = (over: object = {}): JsonObject => ({
  id: recordId,
  officeId: sample.officeId,
  thumbprint: 'a'.repeat(64),
  owner: ofPerson,
  holderName: 'Lê Văn Chủ Tịch',
  picture: null,
  active: true,
  ...over,
});

interface Deciding {
  readonly kind: OpKind;
  readonly actor: User;
  readonly body: JsonObject;
  readonly content?: JsonObject;
  readonly opId?: string;
}

function operationOf({ kind, actor, body, opId = anId(15, 1) }: Deciding) {
  const role = actor.grants[0]?.role ?? 'vanThu';
  const target = { type: 'signingCertificate', id: recordId } as const;
  return anOperation({ kind, actor: actor.id, role, target, body, opId });
}

function decide(deciding: Deciding) {
  const operation = operationOf(deciding);
  const record = { type: 'signingCertificate', id: recordId, scope: sampleScope, rev: 1 } as const;
  const content = deciding.content ?? registered();
  const context: DecisionContext = {
    operation,
    actor: deciding.actor,
    scope: sampleScope,
    today: LocalDate.parse('2026-03-02'),
    now: '2026-03-02T02:00:00.000Z',
    records: new Map([[recordId, { ...record, content }]]),
    agencies: new Map(),
    register: undefined,
    derivedId: () => anId(13, 1),
    ...actSurroundings,
  };
  const bound = findAct('signingCertificate', deciding.kind)?.parse(operation.body);
  if (!bound) throw new Error('the body is well formed');
  return bound.decide(context);
}

function recordAfter(deciding: Deciding): SigningCertificate {
  const decision = decide(deciding);
  if (decision.status === 'rejected') throw new Error(decision.code);
  return SigningCertificate.parse(decision.changes[0]?.content);
}

const refused = (code: string) => ({ status: 'rejected', code });
const ask = { kind: 'cmd.requestPicture', actor: chairman, body: { picture } } as const;
const change = anId(15, 1);
const waiting = (over: object = {}): JsonObject =>
  recordAfter({ ...ask, content: registered(over) }) as unknown as JsonObject;
const old = { png: await pngOf(300, 120), widthMm: 40 };

test('S-13: who holds a certificate asks for another picture; it signs under the old one meanwhile', () => {
  const record = recordAfter({ ...ask, content: registered({ picture: old }) });

  expect(record.picture).toEqual(old);
  expect(record.pictureChange).toMatchObject({
    id: change,
    state: 'choXacNhan',
    picture,
    requestedBy: chairman.id,
    decidedBy: null,
  });
});

test('S-13, K-6: nobody asks for another’s picture, an expert for no seal’s, nor for one not in use', () => {
  expect(decide({ ...ask, actor: expert })).toEqual(refused('session.role-missing'));
  const content = registered({ owner: ofOrgan });
  expect(decide({ ...ask, actor: expert, content })).toEqual(refused('session.role-missing'));
  expect(decide({ ...ask, actor: clerk, content }).status).toBe('accepted');
  expect(decide({ ...ask, content: registered({ active: false }) })).toEqual(
    refused('signing.not-registered'),
  );
});

test('S-13, K-6: the head of the office confirms a personal picture, and it is the one that signs', () => {
  const confirm = {
    kind: 'cmd.confirmPicture',
    actor: officeHead,
    body: { change },
    content: waiting({ picture: old }),
  } as const;
  const record = recordAfter(confirm);

  expect(record.picture).toEqual(picture);
  expect(record.pictureChange).toMatchObject({
    state: 'daXacNhan',
    picture: null,
    decidedBy: officeHead.id,
  });
  expect(decide({ ...confirm, content: record as unknown as JsonObject })).toEqual(
    refused('signing.request-decided'),
  );
  // What the screen shows before the server has answered signs nothing.
  const shown = previewOperation(confirm.content, operationOf(confirm));
  expect(shown).toMatchObject({ picture: old, pictureChange: { state: 'daXacNhan' } });
});

test('S-13, K-6: not their own, not an expert, and a seal’s is the province’s', () => {
  const confirm = { kind: 'cmd.confirmPicture', body: { change }, content: waiting() } as const;

  expect(decide({ ...confirm, actor: chairman })).toEqual(refused('signing.own-request'));
  expect(decide({ ...confirm, actor: expert })).toEqual(refused('session.role-missing'));
  const seal = recordAfter({ ...ask, actor: clerk, content: registered({ owner: ofOrgan }) });
  const content = seal as unknown as JsonObject;
  expect(decide({ ...confirm, actor: officeHead, content })).toEqual(
    refused('signing.province-confirms'),
  );
});

test('S-13: a decision is about the picture that was looked at, not one that came after it', () => {
  const newer = recordAfter({ ...ask, opId: anId(15, 2), content: waiting() });

  expect(
    decide({
      kind: 'cmd.confirmPicture',
      actor: officeHead,
      body: { change },
      content: newer as unknown as JsonObject,
    }),
  ).toEqual(refused('signing.request-decided'));
});

test('S-13: a refusal has its reason and leaves the old picture', () => {
  const refuse = (reason: string): Deciding => ({
    kind: 'cmd.refusePicture',
    actor: officeHead,
    body: { change, reason },
    content: waiting({ picture: old }),
  });

  expect(decide(refuse(' x '))).toEqual(refused('held.reason-missing'));
  expect(recordAfter(refuse(' Chữ ký bị mờ '))).toMatchObject({
    picture: old,
    pictureChange: { state: 'tuChoi', picture: null, reason: 'Chữ ký bị mờ' },
  });
});

const bytes = fromBase64(picture.png);
const changed = (at: number, to: number) => {
  const other = bytes.slice();
  other[at] = to;
  return toBase64(other);
};

test.each([
  ['no PNG at all', toBase64(new Uint8Array(200))],
  ['one byte of its data changed', changed(bytes.length - 30, 7)],
  ['cut short', toBase64(bytes.subarray(0, bytes.length - 12))],
  ['something behind its end', toBase64(Uint8Array.of(...bytes, 1))],
  ['another interlacing', changed(28, 1)],
  ['without opacity', withoutAlpha()],
  ['more than 300 KB', toBase64(new Uint8Array(300_001))],
  ['too few pixels', await pngOf(60, 60)],
  ['too many pixels', await pngOf(4100, 30)],
])('S-14: the server takes no picture with %s', (_name, png) => {
  expect(isSoundPicture({ png, widthMm: 45 })).toBe(false);
  expect(decide({ ...ask, body: { picture: { png, widthMm: 45 } } })).toEqual(
    refused('picture.not-sound'),
  );
});

/** The same file without its chunk of opacity, in good order. */
function withoutAlpha(): string {
  const text = Buffer.from(bytes).toString('latin1');
  const at = text.indexOf('tRNS') - 4;
  return Buffer.from(text.slice(0, at) + text.slice(at + 12 + 16), 'latin1').toString('base64');
}

test('S-14: a picture of this kind is taken', () => {
  expect(isSoundPicture(picture)).toBe(true);
});
