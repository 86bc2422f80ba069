import { expect, test } from 'vitest';
import { anId } from '../../../support/core-builders';
import { anOffice, fixture } from '../../shared/pades/helpers';
import { aSigningWorld, chairman, clerk, pressed, readyPdf } from './signing-world';

const office = anOffice();
const failure = (code: string) => ({ ok: false, error: { code } });

test('A-4: the page names a document that main knows, and the window opens with what main knows', async () => {
  const { begin, describe, addDocument, windowCalls } = await aSigningWorld(office);
  const id = await addDocument(readyPdf, { subject: 'Kế hoạch kiểm tra chợ' });

  expect(begin('leader', [id, id])).toEqual({ ok: true, value: undefined });

  expect(windowCalls).toEqual(['show']);
  expect(describe()).toMatchObject({
    ok: true,
    value: {
      intent: 'leader',
      personName: chairman.fullName,
      phase: 'reading',
      items: [
        {
          documentId: id,
          title: 'Công văn: Kế hoạch kiểm tra chợ',
          state: 'waiting',
          isOpened: false,
        },
      ],
    },
  });
});

test('A-4: a document that main does not know opens no window', async () => {
  const { begin, addDocument, windowCalls, describe } = await aSigningWorld(office);
  const id = await addDocument(readyPdf);

  expect(begin('leader', [id, anId(6, 99)])).toEqual(failure('signing.document-unknown'));
  expect(windowCalls).toEqual([]);
  expect(describe()).toEqual(failure('signing.document-unknown'));
});

test.each([
  ['in another state', { state: 'choTheThuc' }, 'outgoing.wrong-state'],
  ['of another signer', { signerUserId: anId(4, 9) }, 'outgoing.wrong-state'],
  ['without a file', { finalPdf: null }, 'pdf.not-pdf'],
])('A-4: a document %s is refused', async (_what, over, code) => {
  const { begin, addDocument } = await aSigningWorld(office);
  const id = await addDocument(readyPdf, over);

  expect(begin('leader', [id])).toEqual(failure(code));
});

test('A-4: a file that is no PDF is refused', async () => {
  const { begin, addDocument, deps } = await aSigningWorld(office);
  const known = await addDocument(readyPdf);
  const pdf = deps.desk.findDocument(known)?.finalPdf;
  const id = await addDocument(readyPdf, { finalPdf: { ...pdf, mime: 'application/msword' } });

  expect(begin('leader', [id])).toEqual(failure('pdf.not-pdf'));
});

test('A-4: nobody signs before they signed in, and the clerk does not sign for the leader', async () => {
  const { begin, addDocument, now } = await aSigningWorld(office);
  const id = await addDocument(readyPdf);

  now.person = undefined;
  expect(begin('leader', [id])).toEqual(failure('session.not-signed-in'));
  now.person = clerk;
  expect(begin('leader', [id])).toEqual(failure('outgoing.wrong-state'));
  expect(begin('seal', [id])).toEqual(failure('outgoing.wrong-state'));
});

test('S-19: only documents of this window are opened, and always as the very bytes to be signed', async () => {
  const { begin, addDocument, openDocument, deps } = await aSigningWorld(office);
  const id = await addDocument(readyPdf);
  const other = await addDocument(readyPdf);
  begin('leader', [id]);

  expect(await openDocument(other)).toEqual(failure('signing.document-unknown'));
  expect(await openDocument(id)).toMatchObject({
    ok: true,
    value: {
      sha256: deps.desk.findDocument(id)?.finalPdf?.sha256,
      sizeBytes: readyPdf.length,
    },
  });
});

test.each(['scan.pdf', 'cairo-report.pdf'])(
  'S-9: %s, where nothing says the places of number, signature and seal, is not signed at usual ones',
  async (name) => {
    const world = await aSigningWorld(office);
    const id = await world.addDocument(fixture(name));
    world.begin('leader', [id]);

    expect(await world.openDocument(id)).toEqual(failure('signing.places-not-set'));
    await world.sign(pressed(office.leader, [id], { unreadIds: [id] }));
    expect(world.saved).toEqual([]);
    expect(world.token.signatures()).toBe(0);
  },
);
