import { expect, test } from 'vitest';
import type { WorkItem } from '@shared/ipc/contract';
import { actLabel, groupWork, mendingOf } from '../../../src/renderer/features/sync/work-groups';
import { pictureActs } from '@shared/sync/acts/certificate-picture';
import { registerActs } from '@shared/sync/acts/register';
import { numberActs } from '@shared/sync/acts/register-numbers';
import { sampleIds } from '../../support/office-sample';

const documentId = sampleIds.document(1);

const anItem = (n: number, over: object): WorkItem =>
  ({
    opId: `00000000-0000-4000-8c07-00000000000${n}`,
    n,
    inc: 1,
    kind: 'patch',
    target: { type: 'incomingDocument', id: documentId },
    body: {},
    at: '2026-11-20T01:00:00.000Z',
    state: 'rejected',
    code: 'incoming.clerk-only',
    actor: sampleIds.clerk,
    role: 'vanThu',
    ...over,
  }) as WorkItem;

const mending = (...items: readonly WorkItem[]) => {
  const [group] = groupWork(items);
  return group && mendingOf(group);
};
const outgoing = { target: { type: 'outgoingDocument', id: documentId } };

test.each([
  ['registerIncoming', {}],
  ['draftOutgoing', outgoing],
] as const)(
  'sync §15: a refused creation opens %s and replaces all that hung on it',
  (form, over) => {
    const create = anItem(1, { kind: 'create', body: { subject: 'a' }, ...over });
    const number = anItem(2, { kind: 'cmd.requestNumber', ...over });

    expect(mending(create, number)).toEqual({
      by: 'form',
      form,
      refused: { bodies: [{ subject: 'a' }], replaces: [create.opId, number.opId] },
    });
  },
);

test.each([
  ['correctIncoming', {}],
  ['editDraft', outgoing],
] as const)('sync §15: refused changes open %s and replace the changes alone', (form, over) => {
  const [first, second] = [1, 2].map((n) => anItem(n, { body: { set: { n } }, ...over }));
  const step = anItem(3, { kind: 'cmd.submitDraft', ...over });

  expect(first && second && mending(first, second, step)).toEqual({
    by: 'form',
    form,
    refused: {
      bodies: [{ set: { n: 1 } }, { set: { n: 2 } }],
      replaces: [first?.opId, second?.opId],
    },
  });
});

test('sync §15: a refused request for a number is simply asked again; other commands are not', () => {
  const request = anItem(1, { kind: 'cmd.requestNumber' });

  expect(mending(request)).toEqual({ by: 'resending', items: [request] });
  expect(mending(anItem(1, { kind: 'cmd.approveContent', ...outgoing }))).toBeUndefined();
});

test('sync §15: acts on dossiers and held work are told in words', () => {
  const dossier = { target: { type: 'dossier', id: documentId } };

  expect([
    actLabel(anItem(1, { kind: 'create', ...dossier })),
    actLabel(anItem(2, { kind: 'cmd.setMembers', ...dossier })),
    actLabel(anItem(3, { kind: 'cmd.moveToDossier', ...outgoing })),
  ]).toEqual([
    'Lập hồ sơ hạn chế',
    'Đổi người được xem hồ sơ hạn chế',
    'Đưa văn bản vào hồ sơ hạn chế',
  ]);
});

test('sync §15: every act on a book or a number is called what its button is called', () => {
  const register = { target: { type: 'register' as const, id: documentId } };

  expect(actLabel(anItem(1, { kind: 'cmd.voidNumber', ...outgoing }))).toBe('Hủy số');
  for (const kind of [...Object.keys(registerActs), ...Object.keys(numberActs)])
    expect(actLabel(anItem(1, { kind, ...register }))).not.toContain('cmd.');
});

test('sync §15: every act on a picture is called by its name', () => {
  const certificate = { target: { type: 'signingCertificate' as const, id: documentId } };

  for (const kind of Object.keys(pictureActs) as readonly (keyof typeof pictureActs)[])
    expect(actLabel(anItem(1, { kind, ...certificate }))).toMatch(/ảnh/);
});
