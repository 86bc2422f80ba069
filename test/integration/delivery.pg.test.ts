import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Delivery } from '@shared/domain/document/delivery';
import { IncomingDocument } from '@shared/domain/document/incoming-document';
import { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { FileManifest } from '@shared/protocol/file-message';
import { officeScope, type FeedEntry } from '@shared/sync/record';
import type { Server } from '../../sync-server/src/compose';
import { receiveDelivery } from '../../sync-server/src/features/delivery/apply-messages';
import { outboxRepository } from '../../sync-server/src/features/delivery/outbox-repository';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { decodeChunks } from '../../src/main/features/files/file-transfer';
import { anIncomingRegistration, overApp, sync } from '../support/builders';
import {
  act,
  addToDirectory,
  aPdfOf,
  callFiles,
  dispatch,
  sealDocument,
  seedDispatchOffice,
  upload,
  type DispatchOffice,
} from '../support/dispatch-office';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
/** Two nodes over one database and one object store; neither runs by itself. */
let node: Omit<Server, 'stop'>;
let other: Omit<Server, 'stop'>;
let sender: DispatchOffice;
let receiver: DispatchOffice;
let stranger: DispatchOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database);
  other = await aTestNode(database);
  sender = await seedDispatchOffice(node, 'H99.1');
  receiver = await seedDispatchOffice(node, 'H99.2');
  stranger = await seedDispatchOffice(node, 'H99.3');
  await addToDirectory(node, sender, receiver);
  await addToDirectory(node, sender, stranger);
});
afterAll(() => database.drop());
// What an earlier test left waiting is not this one's.
beforeEach(() => database.db.query('update outbox set done_at = now() where done_at is null'));

/** Everything that an office's workstation reads. */
async function feedOf({ office, device, token }: DispatchOffice): Promise<readonly FeedEntry[]> {
  const scope = officeScope(office.id);
  const { pages } = await sync(overApp(node.app), device, { token, cursors: { [scope]: 0 } });
  return pages.flatMap(({ entries }) => entries);
}
/** Deliveries of one document that lie at an office. */
const deliveriesOf = async (office: DispatchOffice, documentId: string) =>
  (await feedOf(office))
    .filter(({ type }) => type === 'delivery')
    .map((entry) => ({ ...entry, content: Delivery.parse(entry.content) }))
    .filter(({ content }) => content.senderDocumentId === documentId);
async function sentOf(office: DispatchOffice, id: string) {
  const entry = (await feedOf(office)).find((found) => found.id === id);
  return OutgoingDocument.parse(entry?.content);
}
const statesOf = async (office: DispatchOffice, id: string) =>
  (await sentOf(office, id)).deliveries.map(({ state }) => state);
const manifestOf = (office: DispatchOffice, bytes: Uint8Array) =>
  callFiles(node, office, 'GET', `${aPdfOf(bytes).sha256}/manifest`);
/** What waits becomes due, as it does when its time has come. */
const letTimePass = () =>
  database.db.query('update outbox set next_at = now() where done_at is null');

/** A dispatched document, its file on the server. */
async function dispatched(to: readonly DispatchOffice[] = [receiver]) {
  const sealed = randomBytes(300_000);
  const id = await sealDocument(node, sender, { to, sealed });
  await upload(node, sender, sealed);
  expect(await dispatch(node, sender, id)).toBe('applied');
  return { id, sealed };
}

/** A document that lies before the receiver's clerk. */
async function delivered() {
  const sent = await dispatched();
  await node.deliveries.deliverDue();
  const [delivery] = await deliveriesOf(receiver, sent.id);
  if (!delivery) throw new Error('nothing was delivered');
  return { ...sent, delivery };
}
const registering = (office: DispatchOffice, deliveryId: string, documentId = randomUUID()) => ({
  kind: 'create' as const,
  actor: office.clerk,
  target: { type: 'incomingDocument' as const, id: documentId },
  body: anIncomingRegistration(office, { deliveryId }),
});
const refusing = (office: DispatchOffice, deliveryId: string) => ({
  kind: 'cmd.refuseDelivery' as const,
  actor: office.clerk,
  target: { type: 'delivery' as const, id: deliveryId },
  body: { reason: 'Sai nơi nhận' },
});

describe('sending', () => {
  test('sync §12.5: the receiver sees record and file, and the sender that it was sent', async () => {
    const { id, sealed } = await dispatched();
    expect(await statesOf(sender, id)).toEqual(['choGui']);

    expect(await node.deliveries.deliverDue()).toBe(1);

    const [delivery] = await deliveriesOf(receiver, id);
    expect(delivery?.content).toMatchObject({
      state: 'moiDen',
      organId: receiver.organ.id,
      senderCode: sender.organ.code,
      senderName: sender.organ.name,
      codeDisplay: (await sentOf(sender, id)).codeDisplay,
      subject: 'Phối hợp rà soát địa giới thôn giáp ranh',
      files: [{ sha256: aPdfOf(sealed).sha256, role: 'chinh' }],
    });
    expect(await statesOf(sender, id)).toEqual(['daGui']);
    const manifest = await manifestOf(receiver, sealed);
    const { chunks, sizeBytes } = FileManifest.parse(
      JSON.parse(Buffer.from(manifest.bytes).toString('utf8')),
    );
    const read = await callFiles(
      node,
      receiver,
      'GET',
      `${aPdfOf(sealed).sha256}/chunks?i=${chunks.map((_, i) => i).join(',')}`,
    );
    const bytes = Buffer.concat(decodeChunks(read.bytes).map((chunk) => chunk.bytes));
    expect([sizeBytes, bytes.equals(sealed)]).toEqual([sealed.length, true]);
  });

  test('I-13: no office reads the file before the record is there, and no other office ever', async () => {
    const { id, sealed } = await dispatched();
    const before = await manifestOf(receiver, sealed);

    await node.deliveries.deliverDue();

    expect(before.status).toBe(403);
    expect((await manifestOf(receiver, sealed)).status).toBe(200);
    expect((await manifestOf(stranger, sealed)).status).toBe(403);
    expect(await deliveriesOf(stranger, id)).toEqual([]);
  });

  test('sync §10.1: a document waits until its files are whole on the server', async () => {
    const sealed = randomBytes(1_000);
    const id = await sealDocument(node, sender, { to: [receiver], sealed });
    await dispatch(node, sender, id);

    const early = await node.deliveries.deliverDue();
    const seen = await deliveriesOf(receiver, id);
    await upload(node, sender, sealed);
    await letTimePass();
    const late = await node.deliveries.deliverDue();

    expect([early, seen, late]).toEqual([0, [], 1]);
    expect(await deliveriesOf(receiver, id)).toHaveLength(1);
  });

  test('I-13: bytes of the receiver’s own upload are not taken for the sender’s', async () => {
    const sealed = randomBytes(1_000);
    const id = await sealDocument(node, sender, { to: [receiver], sealed });
    await upload(node, receiver, sealed);
    await dispatch(node, sender, id);

    expect(await node.deliveries.deliverDue()).toBe(0);
  });

  test('sync §12.5: a crash between the two transactions doubles nothing', async () => {
    const { id } = await dispatched();
    const taken = await outboxRepository(database.db).takeDue();
    if (taken?.message.kind !== 'send') throw new Error('nothing to send');
    // The node dies after the receiver's transaction: neither the sender's document nor the outbox knows of it.
    const receivedAt = new Date().toISOString();
    await receiveDelivery(database.db, taken.message, { copies: [], receivedAt });
    const between = [await statesOf(sender, id), (await deliveriesOf(receiver, id)).length];
    const head = (await feedOf(receiver)).at(-1)?.seq;

    await letTimePass();
    await other.deliveries.deliverDue();

    expect(between).toEqual([['choGui'], 1]);
    expect(await deliveriesOf(receiver, id)).toHaveLength(1);
    expect((await feedOf(receiver)).at(-1)?.seq).toBe(head);
    expect(await statesOf(sender, id)).toEqual(['daGui']);
  });

  test('sync §12.5: a delivery that comes again after it was registered stays registered', async () => {
    const { id } = await dispatched();
    const taken = await outboxRepository(database.db).takeDue();
    if (taken?.message.kind !== 'send') throw new Error('nothing to send');
    const receivedAt = new Date().toISOString();
    await receiveDelivery(database.db, taken.message, { copies: [], receivedAt });
    await act(node, receiver, registering(receiver, taken.message.id));

    await letTimePass();
    await node.deliveries.deliverDue();

    expect((await deliveriesOf(receiver, id)).map(({ content }) => content.state)).toEqual([
      'daVaoSo',
    ]);
    expect(await statesOf(sender, id)).toEqual(['daNhan']);
  });

  test('a node that dies with a message holds it up only until its time is over', async () => {
    const { id } = await dispatched();
    await outboxRepository(database.db).takeDue();

    const meanwhile = await other.deliveries.deliverDue();
    await letTimePass();
    await other.deliveries.deliverDue();

    expect(meanwhile).toBe(0);
    expect(await statesOf(sender, id)).toEqual(['daGui']);
  });

  test('sync §12.5: two nodes at once deliver each document once', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.push((await dispatched([receiver, stranger])).id);

    const done = await Promise.all([
      node.deliveries.deliverDue(),
      other.deliveries.deliverDue(),
      node.deliveries.deliverDue(),
    ]);
    await letTimePass();
    const rest = await node.deliveries.deliverDue();

    expect(done.reduce((sum, count) => sum + count, rest)).toBe(8);
    for (const id of ids) {
      expect(await deliveriesOf(receiver, id)).toHaveLength(1);
      expect(await deliveriesOf(stranger, id)).toHaveLength(1);
      expect(await statesOf(sender, id)).toEqual(['daGui', 'daGui']);
    }
    expect((await checkIntegrity(database.db)).findings).toEqual([]);
  });

  test('an accepted dispatch wakes the worker, which ends when it is told to', async () => {
    node.deliveryLoop.start();
    const { id } = await dispatched();
    await node.deliveryLoop.stop();
    // What the loop had not begun when it was stopped is still there for the next node.
    await letTimePass();
    await other.deliveries.deliverDue();

    expect(await statesOf(sender, id)).toEqual(['daGui']);
    expect(await deliveriesOf(receiver, id)).toHaveLength(1);
  });

  test('doc §9.5: the same document is not dispatched twice', async () => {
    const { id } = await dispatched();

    expect(await dispatch(node, sender, id)).toBe('outgoing.wrong-state');
  });
});

describe('answering', () => {
  test('doc §4.3: a registration comes back to the sender', async () => {
    const { id, delivery } = await delivered();
    const documentId = randomUUID();

    expect(await act(node, receiver, registering(receiver, delivery.id, documentId))).toEqual([
      'applied',
    ]);
    await node.deliveries.deliverDue();

    const entries = await feedOf(receiver);
    const document = entries.find((entry) => entry.id === documentId)?.content;
    expect(IncomingDocument.parse(document)).toMatchObject({
      channel: 'AXIS',
      deliveryId: delivery.id,
    });
    expect((await deliveriesOf(receiver, id))[0]?.content).toMatchObject({
      state: 'daVaoSo',
      incomingDocumentId: documentId,
    });
    expect(await statesOf(sender, id)).toEqual(['daNhan']);
  });

  test('doc §4.3: a refusal comes back to the sender with its reason, once', async () => {
    const { id, delivery } = await delivered();
    await act(node, receiver, refusing(receiver, delivery.id));

    await Promise.all([node.deliveries.deliverDue(), other.deliveries.deliverDue()]);
    await database.db.query('update outbox set done_at = null, next_at = now()');
    await node.deliveries.deliverDue();

    const { deliveries } = await sentOf(sender, id);
    expect(deliveries).toMatchObject([{ state: 'tuChoi', reason: 'Sai nơi nhận' }]);
    expect((await deliveriesOf(receiver, id))[0]?.content.state).toBe('tuChoi');
    expect((await checkIntegrity(database.db)).findings).toEqual([]);
  });

  test('doc §9.4: of two answers to one delivery the first counts', async () => {
    const { id, delivery } = await delivered();

    const outcomes = await act(
      node,
      receiver,
      registering(receiver, delivery.id),
      registering(receiver, delivery.id),
      refusing(receiver, delivery.id),
    );
    await node.deliveries.deliverDue();

    expect(outcomes).toEqual(['applied', 'delivery.already-answered', 'delivery.already-answered']);
    expect(await statesOf(sender, id)).toEqual(['daNhan']);
  });

  test('I-13: another office can neither register nor refuse what was sent here', async () => {
    const { id, delivery } = await delivered();

    expect(await act(node, stranger, registering(stranger, delivery.id))).toEqual([
      'operation.target-missing',
    ]);
    expect(await act(node, stranger, refusing(stranger, delivery.id))).toEqual([
      'operation.target-missing',
    ]);
    expect((await deliveriesOf(receiver, id))[0]?.content.state).toBe('moiDen');
  });
});
