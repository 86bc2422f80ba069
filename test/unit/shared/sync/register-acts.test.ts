import { describe, expect, test } from 'vitest';
import { Lease } from '@shared/domain/register/custody';
import { allocateHeldNumber, openHeldBook } from '@shared/domain/register/lease-holder';
import type { Role } from '@shared/domain/organ/user';
import { LocalDate } from '@shared/kernel/local-date';
import { CHAIN_START, operationHash } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import {
  anId,
  anOperation,
  aRegistration,
  aUser,
  opKey,
  sample,
  sampleScope,
  sha256,
} from '../../../support/core-builders';
import { createQuietWorld, createServer } from '../../../support/quiet-world';

const second = anId(4, 2);
const province = anId(4, 3);
const otherDevice = anId(5, 2);
const today = LocalDate.parse('2026-03-02');

/** An office with a clerk, a head of office and the province's administrator, on two machines. */
function setUp() {
  const world = createQuietWorld();
  const server = createServer(world);
  const { database } = server;
  const grants = (role: Role) => ({ grants: [{ role, organId: sample.organId }] });
  for (const [id, role] of [
    [second, 'lanhDaoVanPhong'],
    [province, 'quanTri'],
  ] as const) {
    database.putUser(aUser({ id, login: id, ...grants(role) }));
    for (const device of [sample.deviceId, otherDevice]) database.addKey(device, id, opKey);
  }
  const chains = new Map<string, { n: number; prev: string }>();

  /** One act of one person on one machine; its final outcome. */
  async function act(part: object, dev: string = sample.deviceId): Promise<Outcome> {
    const { n, prev } = chains.get(dev) ?? { n: 1, prev: CHAIN_START };
    const operation = anOperation({
      opId: anId(dev === sample.deviceId ? 7 : 8, n),
      dev,
      n,
      prev,
      ...part,
    });
    chains.set(dev, { n: n + 1, prev: operationHash(operation, sha256) });
    const answer = await world.settle(server.intake.accept({ deviceId: dev, inc: 1 }, [operation]));
    if (answer.status === 'refused') throw new Error(answer.code);
    const [result] = answer.results;
    if (result?.answer !== 'final') throw new Error(result?.answer);
    return result.outcome;
  }

  const people = {
    vanThu: sample.clerkId,
    lanhDaoVanPhong: second,
    quanTri: province,
  } as const;
  const onRegister = (
    kind: string,
    body: object = {},
    { role = 'vanThu', dev }: { readonly role?: keyof typeof people; readonly dev?: string } = {},
  ) =>
    act(
      {
        kind: `cmd.${kind}`,
        target: { type: 'register', id: sample.registerId },
        body,
        role,
        actor: people[role],
      },
      dev,
    );
  const onDocument = (n: number, kind: string, body: object, over: object = {}, dev?: string) =>
    act({ kind, target: { type: 'incomingDocument', id: anId(6, n) }, body, ...over }, dev);
  const create = (n: number) => onDocument(n, 'create', aRegistration());
  const ask = (n: number) => onDocument(n, 'cmd.requestNumber', { registerId: sample.registerId });
  const content = (n: number) => database.records(sample.officeId).get(anId(6, n))?.content;
  const holding = () =>
    database.records(sample.officeId).get(sample.registerId)?.content['holding'];
  const rows = () =>
    new Map(
      server.commits
        .flatMap(({ registerEntries }) => registerEntries)
        .map((entry) => [entry.number, entry]),
    );
  async function lease(dev: string = sample.deviceId): Promise<Lease> {
    await onRegister('allowLease', { allowed: true }, { role: 'lanhDaoVanPhong' });
    await onRegister('requestLease', {}, { dev });
    const [held] = await world.settle(
      server.ports.sendLeases(sample.officeId, { deviceId: dev, inc: 1 }),
    );
    return Lease.parse(held?.lease);
  }
  const putClerk = (over: object) => database.putUser(aUser(over));
  return {
    world,
    server,
    putClerk,
    act,
    onRegister,
    onDocument,
    create,
    ask,
    content,
    holding,
    rows,
    lease,
  };
}

/** A holder that numbers documents as its journal would have it. */
function aHolder(lease: Lease) {
  let book = openHeldBook(lease, sha256);
  return {
    number(n: number) {
      const request = { documentId: anId(6, n), date: today, anchors: [] };
      const given = allocateHeldNumber(book, request, sha256);
      if (!given.ok) throw new Error(given.error.code);
      book = given.value.book;
      const { documentId: _document, ...body } = given.value.entry;
      return body;
    },
    book: () => book,
  };
}

/** A chain that no lease began. */
const NO_CHAIN = 'ab'.repeat(32);

const rejected = (code: string) => ({ status: 'rejected', code });

describe('§9.3: the queue of a register', () => {
  test('a request of a frozen register is applied and waits; unfreezing serves in order, and nothing else is held up', async () => {
    const { onRegister, create, ask, content, holding } = setUp();
    for (const n of [1, 2, 3]) await create(n);
    await onRegister('freeze');

    expect((await ask(2)).status).toBe('applied');
    expect((await ask(1)).status).toBe('applied');
    expect((await create(4)).status).toBe('applied');
    expect([content(1), content(2)]).toMatchObject([
      { arrivalNumber: null },
      { arrivalNumber: null },
    ]);
    expect(holding()).toMatchObject({ state: 'FROZEN', queueLength: 2 });

    await onRegister('unfreeze');
    expect([content(2), content(1)]).toMatchObject([{ arrivalNumber: 1 }, { arrivalNumber: 2 }]);
    expect(holding()).toMatchObject({ state: 'SERVER', queueLength: 0 });
  });

  test('asking twice is one place in the queue', async () => {
    const { onRegister, create, ask, content, holding } = setUp();
    await create(1);
    await onRegister('freeze');
    await ask(1);
    await ask(1);

    expect(holding()).toMatchObject({ queueLength: 1 });
    await onRegister('unfreeze');
    expect(content(1)).toMatchObject({ arrivalNumber: 1, numberRequestedAt: null });
  });

  test('sixty that wait get their numbers in order, in two steps', async () => {
    const { onRegister, create, ask, content } = setUp();
    await onRegister('freeze');
    for (let n = 1; n <= 60; n++) {
      await create(n);
      await ask(n);
    }
    await onRegister('unfreeze');
    expect(content(50)).toMatchObject({ arrivalNumber: 50 });
    expect(content(51)).toMatchObject({ arrivalNumber: null });

    await create(61);
    await ask(61);
    await create(62);
    await ask(62);
    expect(
      [content(51), content(60), content(61), content(62)].map((c) => c?.['arrivalNumber']),
    ).toEqual([51, 60, 61, 62]);
  });
});

describe('§9.4: a register that a workstation keeps', () => {
  test('off until the head of the office allows it; only clerks ask for it', async () => {
    const { onRegister } = setUp();

    expect(await onRegister('requestLease')).toEqual(rejected('register.lease-not-allowed'));
    expect(await onRegister('allowLease', { allowed: true })).toEqual(
      rejected('register.not-allowed'),
    );
    expect(await onRegister('requestLease', {}, { role: 'lanhDaoVanPhong' })).toEqual(
      rejected('register.not-allowed'),
    );
  });

  test('everyone sees who has it, and requests of others wait for the holder', async () => {
    const { lease, create, ask, content, holding } = setUp();
    await create(1);
    await lease();

    expect((await ask(1)).status).toBe('applied');
    expect(content(1)).toMatchObject({ arrivalNumber: null });
    expect(holding()).toMatchObject({
      state: 'SEALING',
      epoch: 1,
      holder: { deviceId: sample.deviceId, name: sample.deviceId },
      queueLength: 1,
    });
  });

  test('N-14: the second answer with a grant says that there was a first', async () => {
    const { lease, world, server } = setUp();
    await lease();
    const [again] = await world.settle(
      server.ports.sendLeases(sample.officeId, { deviceId: sample.deviceId, inc: 1 }),
    );

    expect(again).toMatchObject({ state: 'SEALING', wasSentBefore: true });
  });

  test('numbers of the holder come in, take papers out of the queue, and go back with the release', async () => {
    const { lease, onRegister, onDocument, create, ask, content, holding } = setUp();
    for (const n of [1, 2, 3]) await create(n);
    const holder = aHolder(await lease());
    await ask(2);
    await onRegister('confirmLease', { epoch: 1 });
    for (const n of [1, 2]) await onDocument(n, 'cmd.allocateNumber', holder.number(n));
    expect([content(1), content(2)]).toMatchObject([{ arrivalNumber: 1 }, { arrivalNumber: 2 }]);
    expect(holding()).toMatchObject({ state: 'DEVICE', queueLength: 0 });

    await ask(3);
    const { hash } = holder.book();
    const release = { epoch: 1, lastNumber: 2, hash };
    expect(await onRegister('releaseLease', { ...release, lastNumber: 1 })).toEqual(
      rejected('register.upload-missing'),
    );
    expect((await onRegister('releaseLease', release)).status).toBe('applied');
    expect(content(3)).toMatchObject({ arrivalNumber: 3 });
    expect(holding()).toMatchObject({ state: 'SERVER', epoch: 2, holder: null });
  });

  test('I-9, §13.2: a restored book knows the paper, the paper not its number: the holder’s entry gives it', async () => {
    const { lease, onDocument, create, ask, content, holding, rows, server } = setUp();
    await create(1);
    const before = content(1);
    const given = aHolder(await lease()).number(1);
    await onDocument(1, 'cmd.allocateNumber', given);
    const records = server.database.records(sample.officeId) as Map<string, unknown>;
    const numbered = content(1);
    records.set(anId(6, 1), { ...(records.get(anId(6, 1)) as object), content: before });
    await ask(1);

    expect((await onDocument(1, 'cmd.allocateNumber', given)).status).toBe('applied');
    expect(content(1)).toMatchObject({ arrivalNumber: 1, state: 'daDangKy' });
    expect(holding()).toMatchObject({ queueLength: 0 });
    expect(rows().size).toBe(1);

    // Once more, and nothing changes.
    const again = content(1);
    await onDocument(1, 'cmd.allocateNumber', given);
    expect(content(1)).toEqual(again);
    expect(numbered).toMatchObject({ arrivalNumber: 1 });
  });

  test('N-14: declining answers the paper question, and its numbers become placeholders', async () => {
    const { lease, onRegister, create, ask, content, rows } = setUp();
    await create(1);
    await lease();
    await onRegister('declineLease', { lastPaperNumber: 2 });
    await ask(1);

    expect(rows().get(2)).toMatchObject({ kind: 'placeholder', documentId: null, date: null });
    expect(content(1)).toMatchObject({ arrivalNumber: 3 });
  });
});

describe('I-10, §9.4: a number that its holder gave is never refused silently', () => {
  const isFlagged = (number: number, reason: string) => ({
    arrivalNumber: null,
    dispute: { number, reason },
  });

  test('its author’s right was withdrawn before it came: the row is kept, and the next one counts', async () => {
    const { lease, putClerk, onDocument, create, content, holding, rows } = setUp();
    for (const n of [1, 2]) await create(n);
    const holder = aHolder(await lease());
    const [one, two] = [holder.number(1), holder.number(2)];
    putClerk({ grants: [{ role: 'chuyenVien', organId: sample.organId }] });
    expect((await onDocument(1, 'cmd.allocateNumber', one)).status).toBe('applied');
    putClerk({});
    expect((await onDocument(2, 'cmd.allocateNumber', two)).status).toBe('applied');

    expect(content(1)).toMatchObject(isFlagged(1, 'notAllowed'));
    expect(rows().get(1)).toMatchObject({ kind: 'placeholder', documentId: anId(6, 1) });
    expect(content(2)).toMatchObject({ arrivalNumber: 2, dispute: null });
    expect(holding()).toMatchObject({ state: 'DEVICE' });

    const settlement = { decision: 'correctDate', date: today };
    const leader = { role: 'lanhDaoVanPhong', actor: second };
    await onDocument(1, 'cmd.resolveDispute', settlement, leader);
    expect(content(1)).toMatchObject({ arrivalNumber: 1, dispute: null });
  });

  test('its author was disabled before it came', async () => {
    const { lease, putClerk, onDocument, create, content, rows } = setUp();
    await create(1);
    const one = aHolder(await lease()).number(1);
    putClerk({ active: false });
    expect((await onDocument(1, 'cmd.allocateNumber', one)).status).toBe('applied');

    expect(content(1)).toMatchObject(isFlagged(1, 'notAllowed'));
    expect(rows().get(1)).toMatchObject({ documentId: anId(6, 1) });
  });

  test('I-9: a number kept for one paper is not filled by another of the same lost lease', async () => {
    const { lease, onDocument, onRegister, create, content, rows } = setUp();
    for (const n of [1, 2]) await create(n);
    const granted = await lease();
    const late = { ...aHolder(granted).number(1), date: '2026-03-09' };
    await onDocument(1, 'cmd.allocateNumber', late);
    await onRegister('proposeRecall', { lastIssued: 1 });
    await onRegister('approveRecall', {}, { role: 'quanTri' });
    await onDocument(2, 'cmd.allocateNumber', aHolder(granted).number(2));

    expect(content(2)).toMatchObject({ dispute: { number: 1 } });
    expect(rows().get(1)).toMatchObject({ documentId: anId(6, 1) });
  });

  test('I-9: the paper has a number already: both are shown, and the next one counts', async () => {
    const { lease, onDocument, create, ask, content, holding, rows } = setUp();
    for (const n of [1, 2]) await create(n);
    await ask(1);
    const holder = aHolder(await lease());
    for (const n of [1, 2]) await onDocument(n, 'cmd.allocateNumber', holder.number(n));

    expect(content(1)).toMatchObject({
      arrivalNumber: 1,
      dispute: { number: 2, reason: 'notFit' },
    });
    expect(rows().get(2)).toMatchObject({ kind: 'placeholder', documentId: null });
    expect(content(2)).toMatchObject({ arrivalNumber: 3, dispute: null });
    expect(holding()).toMatchObject({ state: 'DEVICE' });
  });

  test('the paper is not here: its number is kept, and the next one counts', async () => {
    const { lease, onDocument, create, content, rows } = setUp();
    await create(2);
    const holder = aHolder(await lease());
    for (const n of [1, 2]) await onDocument(n, 'cmd.allocateNumber', holder.number(n));

    expect(rows().get(1)).toMatchObject({ kind: 'placeholder', documentId: null });
    expect(content(2)).toMatchObject({ arrivalNumber: 2, dispute: null });
  });

  test('I-12, I-13: who may keep no register flags no paper with a number that no holder gave', async () => {
    const { lease, putClerk, onDocument, create, content, holding } = setUp();
    await create(1);
    const { prevEntryHash, ...forged } = aHolder(await lease(otherDevice)).number(1);
    putClerk({ grants: [{ role: 'chuyenVien', organId: sample.organId }] });
    const upload = (dev: string) =>
      onDocument(1, 'cmd.allocateNumber', { ...forged, prevEntryHash: NO_CHAIN }, {}, dev);

    expect(prevEntryHash).not.toBe(NO_CHAIN);
    for (const dev of [sample.deviceId, otherDevice])
      expect(await upload(dev)).toEqual(rejected('register.not-allowed'));
    expect(content(1)).toMatchObject({ dispute: null });
    expect(holding()).toMatchObject({ state: 'SEALING' });
  });
});

describe('§9.5: a holder that is lost', () => {
  async function recalled(lastIssued: number) {
    const set = setUp();
    const { lease, onRegister, create } = set;
    for (const n of [1, 2, 3]) await create(n);
    const holder = aHolder(await lease(otherDevice));
    await onRegister('proposeRecall', { lastIssued });
    return { ...set, holder };
  }

  test('N-5: two persons, of whom one is the province’s; no number is given again', async () => {
    const { onRegister, ask, content, rows } = await recalled(1);

    expect(await onRegister('approveRecall')).toEqual(rejected('register.not-allowed'));
    expect((await onRegister('approveRecall', {}, { role: 'quanTri' })).status).toBe('applied');
    await ask(3);
    expect(rows().get(1)).toMatchObject({ kind: 'placeholder', keptFor: { epoch: 1 } });
    expect(content(3)).toMatchObject({ arrivalNumber: 2 });
  });

  test('I-11: what is numbered behind a kept number that was filled late is not dated before it', async () => {
    const { onRegister, onDocument, ask, rows } = await recalled(1);
    await onRegister('approveRecall', {}, { role: 'quanTri' });
    const paper = { registerId: sample.registerId, number: 1, date: today };
    await onDocument(1, 'cmd.recordPaperNumber', paper);
    await onDocument(4, 'create', aRegistration({ arrivalDate: '2026-02-27' }));
    await ask(4);

    expect(rows().get(1)).toMatchObject({ documentId: anId(6, 1), date: today });
    expect(rows().get(2)).toMatchObject({ documentId: anId(6, 4), date: today });
  });

  test('N-6: the holder that returns fills its placeholder; beyond it both papers are in dispute', async () => {
    const { onRegister, onDocument, ask, content, holder, rows } = await recalled(1);
    await onRegister('approveRecall', {}, { role: 'quanTri' });
    await ask(3);
    const [one, two] = [holder.number(1), holder.number(2)];
    await onDocument(1, 'cmd.allocateNumber', one, {}, otherDevice);
    await onDocument(2, 'cmd.allocateNumber', two, {}, otherDevice);

    expect(content(1)).toMatchObject({ arrivalNumber: 1, dispute: null });
    expect(rows().get(1)).toMatchObject({ kind: 'document', documentId: anId(6, 1) });
    const dispute = { number: 2, reason: 'taken' };
    expect([content(2), content(3)]).toMatchObject([
      { arrivalNumber: null, dispute },
      { arrivalNumber: 2, dispute },
    ]);

    const settle = (n: number, decision: string) =>
      onDocument(
        n,
        'cmd.resolveDispute',
        { decision, date: null },
        { role: 'lanhDaoVanPhong', actor: second },
      );
    expect((await settle(2, 'renumber')).status).toBe('applied');
    expect((await settle(3, 'keep')).status).toBe('applied');
    expect([content(2), content(3)]).toMatchObject([
      { arrivalNumber: 3, dispute: null },
      { arrivalNumber: 2, dispute: null },
    ]);
  });

  test('M-12: another machine that says it is the holder opens a dispute', async () => {
    const { onDocument, content, holder } = await recalled(1);
    await onDocument(1, 'cmd.allocateNumber', holder.number(1));

    expect(content(1)).toMatchObject({ arrivalNumber: null, dispute: { reason: 'stale' } });
  });

  test('§9.5 step 4: a placeholder that nothing came for is voided with a reason', async () => {
    const { onRegister, rows } = await recalled(1);
    await onRegister('approveRecall', {}, { role: 'quanTri' });

    expect(await onRegister('closePlaceholder', { number: 1, reason: 'mất' })).toEqual(
      rejected('register.reason-missing'),
    );
    await onRegister('closePlaceholder', { number: 1, reason: 'Máy hỏng, không tìm lại được' });
    expect(rows().get(1)).toMatchObject({ kind: 'voided' });
    expect(
      await onRegister('closePlaceholder', { number: 1, reason: 'Máy hỏng, không tìm lại được' }),
    ).toEqual(rejected('register.no-placeholder'));
  });
});

test('I-11, §9.6: a date that cannot be right freezes the book until a leader corrects it', async () => {
  const { lease, onDocument, onRegister, create, content, holding, rows } = setUp();
  await create(1);
  const { prevEntryHash, ...entry } = aHolder(await lease()).number(1);
  await onDocument(1, 'cmd.allocateNumber', { ...entry, prevEntryHash, date: '2026-03-09' });
  expect(content(1)).toMatchObject({ arrivalNumber: null, dispute: { reason: 'date', number: 1 } });
  expect(holding()).toMatchObject({ state: 'FROZEN' });

  const leader = { role: 'lanhDaoVanPhong', actor: second };
  const correct = (date: string) =>
    onDocument(1, 'cmd.resolveDispute', { decision: 'correctDate', date }, leader);
  expect(await correct('2026-03-09')).toEqual(rejected('register.date-goes-back'));
  await correct('2026-03-02');
  expect(content(1)).toMatchObject({ arrivalNumber: 1, dispute: null });
  expect(rows().get(1)).toMatchObject({ kind: 'document', date: '2026-03-02' });
  await onRegister('unfreeze');
  expect(holding()).toMatchObject({ state: 'DEVICE' });
});

test('I-9, I-16: while a number is kept for a paper it gets no other one of the book, and nobody waits behind it', async () => {
  const { lease, onDocument, onRegister, create, ask, content, rows } = setUp();
  for (const n of [1, 2]) await create(n);
  const entry = aHolder(await lease()).number(1);
  await onDocument(1, 'cmd.allocateNumber', { ...entry, date: '2026-03-09' });
  await onRegister('proposeRecall', { lastIssued: 1 });
  await onRegister('approveRecall', {}, { role: 'quanTri' });

  const paper = { registerId: sample.registerId, number: 2, date: '2026-03-02' };
  const leader = { role: 'lanhDaoVanPhong', actor: second };
  const renumber = { decision: 'renumber', date: null };
  const kept = rejected('register.number-kept');
  expect(await onDocument(1, 'cmd.recordPaperNumber', paper)).toEqual(kept);
  expect(await ask(1)).toEqual(kept);
  expect(await onDocument(1, 'cmd.resolveDispute', renumber, leader)).toEqual(kept);
  expect((await ask(2)).status).toBe('applied');
  expect(content(2)).toMatchObject({ arrivalNumber: 2 });
  expect(rows().get(1)).toMatchObject({ kind: 'placeholder', documentId: anId(6, 1) });
});

test('I-9: a free placeholder is not filled by a paper that another one is kept for', async () => {
  const { lease, onDocument, onRegister, create, rows } = setUp();
  await create(1);
  const entry = aHolder(await lease()).number(1);
  await onDocument(1, 'cmd.allocateNumber', { ...entry, date: '2026-03-09' });
  await onRegister('proposeRecall', { lastIssued: 2 });
  await onRegister('approveRecall', {}, { role: 'quanTri' });

  const paper = { registerId: sample.registerId, number: 2, date: '2026-03-02' };
  expect(await onDocument(1, 'cmd.recordPaperNumber', paper)).toEqual(
    rejected('register.number-kept'),
  );
  expect(rows().get(2)).toMatchObject({ kind: 'placeholder', documentId: null });
});

test('§9.3: a paper that a dispute took out of the queue waits again when it is asked for again', async () => {
  const { onDocument, onRegister, create, ask, content } = setUp();
  await create(1);
  await onRegister('freeze');
  await ask(1);
  const paper = { registerId: sample.registerId, number: 5, date: '2026-03-01' };
  await onDocument(1, 'cmd.recordPaperNumber', paper);
  const leader = { role: 'lanhDaoVanPhong', actor: second };
  await onDocument(1, 'cmd.resolveDispute', { decision: 'keep', date: null }, leader);
  await ask(1);
  await onRegister('unfreeze');

  expect(content(1)).toMatchObject({ arrivalNumber: 1, dispute: null });
});

describe('numbers on paper, voided numbers, old books', () => {
  test('N-20: the next number is entered, another one is a dispute', async () => {
    const { onDocument, create, content, rows } = setUp();
    await create(1);
    await create(2);
    const paper = (number: number) => ({
      registerId: sample.registerId,
      number,
      date: '2026-03-01',
    });
    await onDocument(1, 'cmd.recordPaperNumber', paper(1));
    await onDocument(2, 'cmd.recordPaperNumber', paper(5));

    expect(content(1)).toMatchObject({ arrivalNumber: 1, state: 'daDangKy' });
    expect(rows().get(1)).toMatchObject({ date: '2026-03-01' });
    expect(content(2)).toMatchObject({ arrivalNumber: null, dispute: { reason: 'notNext' } });
  });

  test('N-15, VB021: the row stays with reason and who agreed, and the number is never given again', async () => {
    const { onDocument, create, ask, content, rows, server } = setUp();
    const leader = aUser({
      id: second,
      grants: [{ role: 'lanhDaoVanPhong', organId: sample.organId }],
    });
    const records = server.database.records(sample.officeId) as Map<string, unknown>;
    records.set(second, { type: 'user', id: second, scope: sampleScope, rev: 1, content: leader });
    await create(1);
    await ask(1);
    const voiding = (over: object = {}) =>
      onDocument(1, 'cmd.voidNumber', {
        reason: 'Vào sổ nhầm văn bản của xã khác',
        approver: second,
        ...over,
      });

    expect(await voiding({ reason: 'nhầm' })).toEqual(rejected('register.reason-missing'));
    expect(await voiding({ approver: sample.clerkId })).toEqual(
      rejected('register.reason-missing'),
    );
    expect((await voiding()).status).toBe('applied');
    expect(content(1)).toMatchObject({ state: 'huySoDen', arrivalNumber: 1 });
    expect(rows().get(1)).toMatchObject({
      kind: 'voided',
      documentId: anId(6, 1),
      note: expect.stringContaining('nhầm văn bản của xã khác') as string,
    });
    await create(2);
    await ask(2);
    expect(content(2)).toMatchObject({ arrivalNumber: 2 });

    const row = rows().get(1);
    expect(await voiding({ reason: 'Vào sổ hai lần cùng một văn bản' })).toEqual(
      rejected('operation.field-not-editable'),
    );
    // I-2, §13.2: sent again after a restore, when a witness has brought the row of this very act.
    expect((await voiding()).status).toBe('applied');
    expect(rows().get(1)).toEqual(row);
  });

  test('a book that goes on from paper begins behind its last number, after a second person', async () => {
    const { onRegister, create, ask, content } = setUp();
    const opening = {
      lastNumber: 120,
      lastDate: '2026-02-27',
      source: 'Sổ giấy trước khi dùng phần mềm',
      scanSha256: 'a'.repeat(64),
    };
    await onRegister('proposeOpening', opening);
    expect(await onRegister('confirmOpening')).toEqual(rejected('register.other-person'));
    await onRegister('confirmOpening', {}, { role: 'lanhDaoVanPhong' });
    await create(1);
    await ask(1);

    expect(content(1)).toMatchObject({ arrivalNumber: 121 });
    expect(await onRegister('proposeOpening', opening)).toEqual(rejected('register.has-entries'));
  });
});
