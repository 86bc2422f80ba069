import { expect, test } from 'vitest';
import { anOffice, prepared, signAsLeader } from '../../shared/pades/helpers';
import { smallPdf } from '../../../support/small-pdf';
import { aSigningWorld, pressed, readyPdf } from './signing-world';

const office = anOffice();
const failure = (code: string) => ({ ok: false, error: { code } });
const plain = smallPdf({ pages: [['Trang một'], ['Trang hai']] });
const withCatalog = (entries: string): Uint8Array =>
  prepared(replaced(plain, '/Type /Catalog', `/Type /Catalog ${entries}`));

/** A file of other bytes with its cross-reference mended: all objects behind the change move by as much. */
function replaced(pdf: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(pdf).toString('latin1').replace(from, to);
  const by = to.length - from.length;
  const mended = text
    .replaceAll(
      /(\d{10}) 00000 n /g,
      (_line, offset: string) =>
        `${String(Number(offset) > 20 ? Number(offset) + by : Number(offset)).padStart(10, '0')} 00000 n `,
    )
    .replace(/startxref\n(\d+)/, (_line, offset: string) => `startxref\n${Number(offset) + by}`);
  return new Uint8Array(Buffer.from(mended, 'latin1'));
}

const scripted = withCatalog('/OpenAction<</S/JavaScript/JS(1)>>');
const layered = withCatalog('/OCProperties<</OCGs[3 0 R]/D<</OFF[3 0 R]>>>>');

test('S-18: what the gate stops is not signed, ticked or not, and the others are', async () => {
  const world = await aSigningWorld(office);
  const bad = await world.addDocument(scripted);
  const good = await world.addDocument(readyPdf);
  world.begin('leader', [bad, good]);

  const signed = await world.signAll(office.leader, [bad, good], { acceptedIds: [bad, good] });

  expect(signed).toEqual({ ok: true, value: { signed: 1 } });
  expect(world.describe()).toMatchObject({
    value: {
      items: [
        { state: 'failed', failure: 'signing.gate-stopped', findings: [{ code: 'script' }] },
        { state: 'signed', findings: [] },
      ],
    },
  });
  expect(world.token.signatures()).toBe(1);
  expect(await world.signAll(office.leader, [bad])).toEqual(failure('signing.gate-stopped'));
  expect(world.token.logins()).toBe(1);
});

test('S-18: what the gate warns of is signed with its own tick, asked for before the PIN', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(layered);
  const other = await world.addDocument(readyPdf);
  world.begin('leader', [id, other]);

  expect(await world.signAll(office.leader, [id, other], { acceptedIds: [other] })).toEqual(
    failure('signing.findings-not-accepted'),
  );
  expect(world.token.logins()).toBe(0);

  const signed = await world.signAll(office.leader, [id, other], { acceptedIds: [id] });
  expect(signed).toEqual({ ok: true, value: { signed: 2 } });
});

test('S-18: a document that nobody opened is looked through all the same', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(layered);
  world.begin('leader', [id]);

  expect(await world.sign(pressed(office.leader, [id], { unreadIds: [id] }))).toEqual(
    failure('signing.findings-not-accepted'),
  );
  expect(world.describe()).toMatchObject({
    value: { items: [{ findings: [{ code: 'layer-hidden', severity: 'warn' }] }] },
  });
});

test('S-18: an earlier signature that does not verify is a finding', async () => {
  const world = await aSigningWorld(office);
  const tampered = signAsLeader(office, readyPdf);
  tampered[5_000] = (tampered[5_000] ?? 0) ^ 1;
  const id = await world.addDocument(tampered);
  world.begin('leader', [id]);

  await world.signAll(office.leader, [id]);

  expect(world.describe()).toMatchObject({
    value: {
      items: [
        {
          findings: expect.arrayContaining([
            expect.objectContaining({ code: 'earlier-signature', severity: 'stop' }),
          ]) as unknown,
        },
      ],
    },
  });
});

test('S-17: a document is read when its last page was shown, and a page it has not is no page', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(prepared(plain));
  world.begin('leader', [id]);
  const isOpened = () => {
    const described = world.describe();
    return described.ok && described.value.items[0]?.isOpened;
  };
  expect(world.pageShown({ documentId: id, page: 1 }).ok).toBe(false);

  const opened = await world.openDocument(id);
  const pageCount = opened.ok ? opened.value.pageCount : 0;
  expect([pageCount, isOpened()]).toEqual([2, false]);
  world.pageShown({ documentId: id, page: 1 });
  expect([isOpened(), world.pageShown({ documentId: id, page: 3 }).ok]).toEqual([false, false]);
  expect(await world.sign(pressed(office.leader, [id]))).toEqual(failure('signing.not-read'));
  world.pageShown({ documentId: id, page: 2 });

  expect(isOpened()).toBe(true);
});

test('S-17: a second beginning on an open window is another round, unread again', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  world.begin('leader', [id]);
  await world.readToTheEnd(id);
  const before = world.describe();

  world.begin('leader', [id]);

  expect(before).toMatchObject({ value: { round: 1, items: [{ isOpened: true }] } });
  expect(world.describe()).toMatchObject({ value: { round: 2, items: [{ isOpened: false }] } });
});
