import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allocateHeldNumber, openHeldBook } from '@shared/domain/register/lease-holder';
import type { User } from '@shared/domain/organ/user';
import { entryRecordId } from '@shared/sync/intake';
import { officeScope } from '@shared/sync/record';
import type { Server } from '../../sync-server/src/compose';
import { checkRegisters } from '../../sync-server/src/features/registers/check-registers';
import {
  aNumberRequest,
  aRegistering,
  aUser,
  enrolTestDevice,
  overApp,
  PASSWORD,
  seedOffice,
  sha256,
  signedOperation,
  signIn,
  sync,
  today,
  type Post,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: Omit<Server, 'stop'>;
let post: Post;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database);
  post = overApp(node.app);
});
afterAll(() => database.drop());

/** An office with clerk, head of office and the province's administrator at one workstation. */
async function anOfficeAtWork() {
  const seeded = await seedOffice(node.admin);
  const device = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(seeded.office.id),
  );
  const person = async (login: string, role: 'lanhDaoVanPhong' | 'quanTri'): Promise<User> => {
    const user = aUser({ officeId: seeded.office.id, login, fullName: `Người ${login}` }, [
      { role, organId: seeded.organ.id },
    ]);
    await node.admin.createUser(user, PASSWORD);
    await signIn(post, device, user);
    return user;
  };
  const head = await person('chanhvp', 'lanhDaoVanPhong');
  const province = await person('quantri', 'quanTri');
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  return { seeded, device, token, head, province };
}

const onRegister = (
  device: TestDevice,
  seeded: SeededOffice,
  kind: `cmd.${string}`,
  { body = {}, actor = seeded.clerk }: { readonly body?: object; readonly actor?: User } = {},
) =>
  signedOperation(device, {
    actor,
    role: actor.grants[0]?.role ?? 'vanThu',
    kind,
    target: { type: 'register', id: seeded.register.id },
    body,
  });

test('I-10: a holder’s number stands for a paper that moved into a dossier its clerk may not see, and tells nothing of it', async () => {
  const { seeded, device, token, head } = await anOfficeAtWork();
  const [paper, dossier] = [randomUUID(), randomUUID()];
  const granted = await sync(post, device, {
    token,
    ops: [
      aRegistering(device, seeded, { subject: 'Đơn tố cáo' }, paper),
      onRegister(device, seeded, 'cmd.allowLease', { body: { allowed: true }, actor: head }),
      onRegister(device, seeded, 'cmd.requestLease'),
      signedOperation(device, {
        actor: head,
        role: head.grants[0]?.role ?? 'vanThu',
        kind: 'create',
        target: { type: 'dossier', id: dossier },
        body: { organId: seeded.organ.id, title: 'Hồ sơ đơn thư', members: [] },
      }),
      signedOperation(device, {
        actor: head,
        role: head.grants[0]?.role ?? 'vanThu',
        kind: 'cmd.moveToDossier',
        target: { type: 'incomingDocument', id: paper },
        body: { dossierId: dossier },
      }),
    ],
  });
  expect(granted.results.map((r) => r.answer === 'final' && r.outcome.status)).toEqual(
    Array.from({ length: 5 }, () => 'applied'),
  );
  const book = openHeldBook(granted.leases[0]!.lease, sha256);
  const request = { documentId: paper, date: today(), anchors: [] };
  const given = allocateHeldNumber(book, request, sha256);
  if (!given.ok) throw new Error(given.error.code);
  const { documentId: _id, ...body } = given.value.entry;

  const { results, pages } = await sync(post, device, {
    token,
    ops: [
      signedOperation(device, {
        actor: seeded.clerk,
        kind: 'cmd.allocateNumber',
        target: { type: 'incomingDocument', id: paper },
        body,
      }),
    ],
  });

  expect(results).toEqual([
    { answer: 'final', n: 6, outcome: expect.objectContaining({ status: 'applied' }) },
  ]);
  expect(JSON.stringify(pages)).not.toContain('Đơn tố cáo');
  const { rows } = await database.db.query(
    `select e.number, e.kind, r.content->>'arrivalNumber' as given from register_entry e
       join record r on r.office_id = e.office_id and r.id = e.document_id where e.document_id = $1`,
    [paper],
  );
  expect(rows).toEqual([{ number: 1, kind: 'document', given: '1' }]);
});

test('§9.4, §9.5 on PostgreSQL: lease, numbers without a line, recall, placeholder, void, and the book is whole', async () => {
  const { seeded, device, token, head, province } = await anOfficeAtWork();
  const ids = [randomUUID(), randomUUID(), randomUUID(), randomUUID()] as const;
  const granted = await sync(post, device, {
    token,
    ops: [
      ...ids.map((id) => aRegistering(device, seeded, {}, id)),
      onRegister(device, seeded, 'cmd.allowLease', { body: { allowed: true }, actor: head }),
      onRegister(device, seeded, 'cmd.requestLease'),
    ],
  });
  expect(granted.results.map((r) => r.answer === 'final' && r.outcome.status)).toEqual(
    Array.from({ length: 6 }, () => 'applied'),
  );
  expect(granted.leases).toMatchObject([{ state: 'SEALING', wasSentBefore: false }]);
  const lease = granted.leases[0]!.lease;
  let book = openHeldBook(lease, sha256);
  const allocate = (documentId: string) => {
    const given = allocateHeldNumber(book, { documentId, date: today(), anchors: [] }, sha256);
    if (!given.ok) throw new Error(given.error.code);
    book = given.value.book;
    const { documentId: _id, ...body } = given.value.entry;
    return signedOperation(device, {
      actor: seeded.clerk,
      kind: 'cmd.allocateNumber',
      target: { type: 'incomingDocument', id: documentId },
      body,
    });
  };

  const uploaded = await sync(post, device, {
    token,
    ops: [allocate(ids[0]), aNumberRequest(device, seeded, ids[3])],
  });
  expect(uploaded.leases).toMatchObject([{ state: 'DEVICE', wasSentBefore: true }]);
  const late = allocate(ids[1]);
  // Sent only after the recall; what is signed here goes first in the device's chain all the same.
  const recalled = await sync(post, device, {
    token,
    ops: [
      late,
      onRegister(device, seeded, 'cmd.proposeRecall', { body: { lastIssued: 3 } }),
      onRegister(device, seeded, 'cmd.approveRecall', { actor: province }),
      allocate(ids[2]),
      onRegister(device, seeded, 'cmd.closePlaceholder', {
        body: { number: 3, reason: 'thử lần thứ hai sau khi đã có hồ sơ' },
      }),
      signedOperation(device, {
        actor: seeded.clerk,
        kind: 'cmd.voidNumber',
        target: { type: 'incomingDocument', id: ids[0] },
        body: { reason: 'Vào sổ nhầm văn bản xã khác', approver: head.id },
      }),
    ],
  });

  expect(
    recalled.results.map((r) =>
      r.answer === 'final'
        ? r.outcome.status === 'rejected'
          ? r.outcome.code
          : r.outcome.status
        : r.answer,
    ),
  ).toEqual(['applied', 'applied', 'applied', 'applied', 'register.no-placeholder', 'applied']);
  expect(recalled.leases).toEqual([]);
  const { rows } = await database.db.query(
    `select number, kind, document_id as id from register_entry where office_id = $1 order by number`,
    [seeded.office.id],
  );
  expect(rows).toEqual([
    { number: 1, kind: 'voided', id: ids[0] },
    { number: 2, kind: 'document', id: ids[1] },
    { number: 3, kind: 'document', id: ids[2] },
    { number: 4, kind: 'document', id: ids[3] },
  ]);
  const mine = (await checkRegisters(database.db)).findings.filter(
    ({ officeId }) => officeId === seeded.office.id,
  );
  expect(mine).toEqual([]);
});

test('§9.3 on PostgreSQL: requests of a frozen register wait in their order, and everyone sees how many', async () => {
  const { seeded, device, token } = await anOfficeAtWork();
  const ids = [randomUUID(), randomUUID()] as const;
  await sync(post, device, {
    token,
    ops: [
      ...ids.map((id) => aRegistering(device, seeded, {}, id)),
      onRegister(device, seeded, 'cmd.freeze'),
      aNumberRequest(device, seeded, ids[1]),
      aNumberRequest(device, seeded, ids[0]),
    ],
  });
  const held = async () => {
    const scope = officeScope(seeded.office.id);
    const reply = await sync(post, device, { token, cursors: { [scope]: 0 } });
    const entries = reply.pages.flatMap((page) => page.entries);
    const content = (id: string) => entries.find((entry) => entry.id === id)?.content;
    return {
      holding: content(seeded.register.id)?.['holding'],
      numbers: ids.map((id) => content(id)?.['arrivalNumber']),
    };
  };
  expect(await held()).toMatchObject({
    holding: { state: 'FROZEN', queueLength: 2 },
    numbers: [null, null],
  });

  await sync(post, device, { token, ops: [onRegister(device, seeded, 'cmd.unfreeze')] });
  expect(await held()).toMatchObject({
    holding: { state: 'SERVER', queueLength: 0 },
    numbers: [2, 1],
  });
});

test('I-9: by no statement does a row of a register lose its document, its day or its place', async () => {
  const { seeded, device, token } = await anOfficeAtWork();
  const id = randomUUID();
  await sync(post, device, {
    token,
    ops: [aRegistering(device, seeded, {}, id), aNumberRequest(device, seeded, id)],
  });
  const change = (what: string) =>
    database.db.query(`update register_entry set ${what} where document_id = $1`, [id]);

  for (const what of [`date = '2020-01-01'`, 'number = 9', `kind = 'placeholder'`]) {
    await expect(change(what)).rejects.toThrow('append-only');
  }
  await expect(
    database.db.query('delete from register_entry where document_id = $1', [id]),
  ).rejects.toThrow('append-only');
  await change(`kind = 'voided'`);
  await expect(change(`kind = 'document'`)).rejects.toThrow('append-only');
});

test('I-16: an act that fails on what is stored, or on another record in its place, is refused, and the next is taken in', async () => {
  const { seeded, device, token } = await anOfficeAtWork();
  const [broken, whole] = [randomUUID(), randomUUID()];
  const row = entryRecordId({ sha256 }, seeded.register.id, 1);
  const registering = (id: string) => aRegistering(device, seeded, {}, id);
  await sync(post, device, { token, ops: [broken, whole].map(registering) });
  await database.db.query(`update record set content = '{"state":7}' where id = $1`, [broken]);
  // As a server stored it that did not refuse such an id yet.
  await database.db.query(
    `insert into record (office_id, id, type, scope, rev, content, hash)
     select office_id, $2, type, scope, 5, content, hash from record where id = $1`,
    [whole, row],
  );

  const ops = [
    aNumberRequest(device, seeded, broken),
    aNumberRequest(device, seeded, whole),
    registering(randomUUID()),
  ];
  const { results } = await sync(post, device, { token, ops });
  const refused = { outcome: { status: 'rejected', code: 'operation.not-storable' } };
  expect(results).toMatchObject([refused, refused, { outcome: { status: 'applied' } }]);
});

test('I-16: what the database can never store is refused, and the work behind it is taken in', async () => {
  const { seeded, device, token } = await anOfficeAtWork();
  const id = randomUUID();
  const { results } = await sync(post, device, {
    token,
    ops: [
      aRegistering(device, seeded, {}, id),
      signedOperation(device, {
        actor: seeded.clerk,
        kind: 'cmd.recordPaperNumber',
        target: { type: 'incomingDocument', id },
        body: { registerId: seeded.register.id, number: 3_000_000_000, date: today() },
      }),
      aNumberRequest(device, seeded, id),
    ],
  });

  expect(results).toMatchObject([
    { outcome: { status: 'applied' } },
    { outcome: { status: 'rejected', code: 'operation.not-storable' } },
    { outcome: { status: 'applied' } },
  ]);
});

test('I-9, I-16 on PostgreSQL: a paper whose number is kept by a placeholder gets no second row', async () => {
  const { seeded, device, token } = await anOfficeAtWork();
  const [kept, other] = [randomUUID(), randomUUID()];
  const ops = [kept, other].map((id) => aRegistering(device, seeded, {}, id));
  await sync(post, device, { token, ops });
  await database.db.query(
    `insert into register_entry (office_id, register_id, number, document_id, given_by, kind)
     values ($1, $2, 1, $3, $4, 'placeholder')`,
    [seeded.office.id, seeded.register.id, kept, seeded.clerk.id],
  );
  await database.db.query('update register set next_number = 2 where id = $1', [
    seeded.register.id,
  ]);

  const { results } = await sync(post, device, {
    token,
    ops: [aNumberRequest(device, seeded, kept), aNumberRequest(device, seeded, other)],
  });

  expect(results).toMatchObject([
    { outcome: { status: 'rejected', code: 'register.number-kept' } },
    { outcome: { status: 'applied' } },
  ]);
});

test('a book that began in mid-year is whole from its first number on', async () => {
  const { seeded, device, token, head } = await anOfficeAtWork();
  const id = randomUUID();
  const day = today();
  const opening = {
    lastNumber: 120,
    lastDate: day,
    source: 'Sổ giấy trước khi dùng phần mềm',
    scanSha256: 'a'.repeat(64),
  };
  await sync(post, device, {
    token,
    ops: [
      aRegistering(device, seeded, {}, id),
      onRegister(device, seeded, 'cmd.proposeOpening', { body: opening }),
      onRegister(device, seeded, 'cmd.confirmOpening', { actor: head }),
    ],
  });
  const findings = async () =>
    (await checkRegisters(database.db)).findings.filter(
      ({ officeId }) => officeId === seeded.office.id,
    );
  expect(await findings()).toEqual([]);
  await sync(post, device, { token, ops: [aNumberRequest(device, seeded, id)] });

  const { rows } = await database.db.query(
    'select number from register_entry where office_id = $1',
    [seeded.office.id],
  );
  expect(rows).toEqual([{ number: 121 }]);
  expect(await findings()).toEqual([]);
});
