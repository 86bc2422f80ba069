import { expect, test } from 'vitest';
import { anOffice } from '../../shared/pades/helpers';
import { PIN } from './scripted-token';
import { aSigningWorld, clerk, pressed, readyPdf } from './signing-world';
import { utf8 } from '@shared/kernel/bytes';

const office = anOffice();
const failure = (code: string, more: object = {}) => ({ ok: false, error: { code, ...more } });

/** A window that is open for so many documents. */
async function aBatch(count: number) {
  const world = await aSigningWorld(office);
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push(await world.addDocument(readyPdf));
  world.begin('leader', ids);
  return { ...world, ids };
}

test('S-17: a document that was not opened is signed only with its own tick', async () => {
  const { sign, readToTheEnd, ids, saved, token } = await aBatch(2);
  const [read = '', unread = ''] = ids;
  await readToTheEnd(read);

  expect(await sign(pressed(office.leader, ids))).toEqual(failure('signing.not-read'));
  expect(await sign(pressed(office.leader, ids, { unreadIds: [read] }))).toEqual(
    failure('signing.not-read'),
  );
  expect([token.logins(), saved.length]).toEqual([0, 0]);

  const signed = await sign(pressed(office.leader, ids, { unreadIds: [unread] }));
  expect(signed).toEqual({ ok: true, value: { signed: 2 } });
});

test('S-17: the first failure of the token stops the batch; the rest stay as they were', async () => {
  const { signAll, ids, states, token, saved, describe } = await aBatch(3);
  token.script.onSign = (nth) => (nth === 2 ? { code: 'token.removed' } : undefined);

  expect(await signAll(office.leader, ids)).toEqual(failure('token.removed'));

  expect(states()).toEqual(['signed', 'failed', 'waiting']);
  expect(saved.map(({ target }) => target.id)).toEqual([ids[0]]);
  expect(token.closings()).toBe(1);
  expect(describe()).toMatchObject({ value: { phase: 'reading' } });
});

test('S-17, K-4: a batch continued later signs what is left, each document once', async () => {
  const { signAll, ids, states, token, saved, describe } = await aBatch(3);
  token.script.onSign = (nth) => (nth === 2 ? { code: 'token.removed' } : undefined);
  await signAll(office.leader, ids);

  expect(await signAll(office.leader, ids)).toEqual({ ok: true, value: { signed: 2 } });

  expect(states()).toEqual(['signed', 'signed', 'signed']);
  expect(saved.map(({ target }) => target.id)).toEqual(ids);
  expect(describe()).toMatchObject({ value: { phase: 'done' } });
  expect(await signAll(office.leader, ids)).toEqual(failure('signing.document-unknown'));
  expect(token.logins()).toBe(2);
});

test('S-17: after a new start main itself knows what was signed', async () => {
  const { signAll, ids, begin } = await aBatch(2);
  const [first = '', second = ''] = ids;
  await signAll(office.leader, [first]);

  expect(begin('leader', ids)).toEqual(failure('outgoing.wrong-state'));
  expect(begin('leader', [second])).toEqual({ ok: true, value: undefined });
});

test('S-17: a document that cannot be signed is skipped and says why', async () => {
  const world = await aSigningWorld(office);
  const broken = await world.addDocument(utf8('%PDF-1.4 und dann nichts'));
  const good = await world.addDocument(readyPdf);
  world.begin('leader', [broken, good]);

  const signed = await world.sign(
    pressed(office.leader, [broken, good], { unreadIds: [broken, good] }),
  );

  expect(signed).toEqual({ ok: true, value: { signed: 1 } });
  expect(world.describe()).toMatchObject({
    value: {
      items: [
        { state: 'failed', failure: expect.stringMatching(/^pdf\./) as unknown },
        { state: 'signed', failure: null },
      ],
    },
  });
});

test('S-17: stop ends after the document at hand', async () => {
  const { signAll, ids, states, token, stop } = await aBatch(3);
  token.script.onSign = () => stop() as undefined;

  expect(await signAll(office.leader, ids)).toEqual({ ok: true, value: { signed: 1 } });

  expect(states()).toEqual(['signed', 'waiting', 'waiting']);
});

test('K-8: one press over fifty papers is one login, wrong PIN or right', async () => {
  const { signAll, ids, token, states } = await aBatch(50);

  expect(await signAll(office.leader, ids, { pin: utf8('000000') })).toEqual(
    failure('token.pin-wrong', { pin: 'countLow' }),
  );
  expect([token.logins(), token.signatures()]).toEqual([1, 0]);
  expect(states()).toEqual(ids.map(() => 'waiting'));

  await signAll(office.leader, ids);
  expect(token.logins()).toBe(2);
});

test('K-8: a second press while the first is still being checked signs nothing', async () => {
  const { sign, readToTheEnd, ids, token, saved, begin } = await aBatch(1);
  for (const id of ids) await readToTheEnd(id);

  const first = sign(pressed(office.leader, ids));
  const second = await sign(pressed(office.leader, ids));

  expect(second).toEqual(failure('signing.busy'));
  expect(begin('leader', ids)).toEqual(failure('signing.busy'));
  expect(await first).toEqual({ ok: true, value: { signed: 1 } });
  expect([token.logins(), saved.length]).toEqual([1, 1]);
});

test('K-11: who leaves while certificates are being checked is not logged in any more', async () => {
  const { sign, readToTheEnd, ids, token, now, leave, saved } = await aBatch(1);
  for (const id of ids) await readToTheEnd(id);
  now.beforeJob = (job) => (job.do === 'judgeCertificate' ? leave() : undefined);

  expect(await sign(pressed(office.leader, ids))).toEqual({ ok: true, value: { signed: 0 } });
  expect([token.logins(), saved.length]).toEqual([0, 0]);
});

test('K-11: who leaves while the PIN is checked signs nothing, and the token is logged out', async () => {
  const { signAll, ids, token, leave, saved } = await aBatch(2);
  token.script.onLogin = () => leave();

  expect(await signAll(office.leader, ids)).toEqual({ ok: true, value: { signed: 0 } });
  expect([token.closings(), token.signatures(), saved.length]).toEqual([1, 0, 0]);
});

test('A-4: somebody else signs in while the token signs: nothing is saved in their name', async () => {
  const { signAll, ids, token, now, leave, saved } = await aBatch(2);
  token.script.onSign = () => {
    now.person = clerk;
    leave();
    return undefined;
  };

  expect(await signAll(office.leader, ids)).toEqual({ ok: true, value: { signed: 0 } });
  expect([token.signatures(), saved.length, token.closings()]).toEqual([1, 0, 1]);
});

test('K-8: nothing is tried for a person who is not the one the window was opened for', async () => {
  const { sign, readToTheEnd, ids, token, now } = await aBatch(1);
  for (const id of ids) await readToTheEnd(id);
  now.person = clerk;

  expect(await sign(pressed(office.leader, ids))).toEqual(failure('session.not-signed-in'));
  expect(token.logins()).toBe(0);
});

test.each([
  ['a right PIN', PIN],
  ['a wrong PIN', '000000'],
])('K-10: the bytes of %s are wiped', async (_what, typed) => {
  const { signAll, ids } = await aBatch(1);
  const pin = utf8(typed);

  await signAll(office.leader, ids, { pin });

  expect(pin.every((byte) => byte === 0)).toBe(true);
});

test('K-10: the bytes of a PIN that is not used are wiped too', async () => {
  const { sign, ids } = await aBatch(1);
  const pin = utf8(PIN);

  expect(await sign(pressed(office.leader, ids, { pin }))).toEqual(failure('signing.not-read'));
  expect(pin.every((byte) => byte === 0)).toBe(true);
});

test('S-17: a document that is skipped in the middle of a batch is left as it was, says so, and can be signed later', async () => {
  const { signAll, ids, states, token, skip, describe } = await aBatch(3);
  const [, second = ''] = ids;
  expect(skip({ documentId: second })).toEqual(failure('signing.document-unknown'));
  token.script.onSign = () => void skip({ documentId: second });

  expect(await signAll(office.leader, ids)).toEqual({ ok: true, value: { signed: 2 } });

  expect(states()).toEqual(['signed', 'failed', 'signed']);
  expect(describe()).toMatchObject({ value: { items: [{}, { failure: 'signing.skipped' }, {}] } });
  expect(await signAll(office.leader, [second])).toEqual({ ok: true, value: { signed: 1 } });
});

test('S-17: a paper goes back to its drafter without the token, and is signed no more', async () => {
  const world = await aBatch(2);
  const { ids, saved, states, token, describe, signAll } = world;
  const [wrong = '', right = ''] = ids;

  expect(await world.returnDocument({ documentId: wrong, reason: 'Sai căn cứ' })).toEqual({
    ok: true,
    value: undefined,
  });

  expect(saved).toMatchObject([
    {
      kind: 'cmd.returnDraft',
      role: 'chuTich',
      target: { id: wrong },
      body: { reason: 'Sai căn cứ' },
    },
  ]);
  expect([states(), token.logins()]).toEqual([['returned', 'waiting'], 0]);
  expect(await signAll(office.leader, [wrong])).toEqual(failure('signing.document-unknown'));
  await signAll(office.leader, [right]);
  expect(describe()).toMatchObject({ value: { phase: 'done' } });
  expect(await world.returnDocument({ documentId: right, reason: 'Quá muộn' })).toEqual(
    failure('signing.document-unknown'),
  );
});

test('S-17: a return that was not saved leaves the paper waiting', async () => {
  const { returnDocument, ids, now, states } = await aBatch(1);
  now.appendFailure = { code: 'journal.disk-full' };

  expect(await returnDocument({ documentId: ids[0] ?? '', reason: 'Sai căn cứ' })).toEqual(
    failure('journal.disk-full'),
  );
  expect(states()).toEqual(['waiting']);
});

test('S-17: nobody else returns a paper in the name of the leader', async () => {
  const { returnDocument, ids, now } = await aBatch(1);
  now.person = clerk;

  expect(await returnDocument({ documentId: ids[0] ?? '', reason: 'Sai căn cứ' })).toEqual(
    failure('session.not-signed-in'),
  );
});
