import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { DeviceId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { AuthorityReply } from '@shared/protocol/relay-message';
import { ChallengeReply, proofText, RenewReply } from '@shared/protocol/session';
import { toBase64 } from '@shared/kernel/bytes';
import { sealOperation } from '@shared/relay/envelope';
import { authorityText } from '@shared/relay/signed';
import { CHAIN_START, Operation, signedBytes } from '@shared/sync/operation';
import { dossierScope, officeScope, type Scope } from '@shared/sync/record';
import { openJournal } from '../../../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../../../src/main/features/journal/node-journal-disk';
import { createRelay } from '../../../../src/main/features/relay/create-relay';
import { createBox } from '../../../../src/main/platform/keyring';
import { relayCipher } from '../../../../src/main/platform/relay-cipher';
import type { ServerClient } from '../../../../src/main/platform/server-client';
import { sha256, systemRandom, systemTimers } from '../../../../src/main/platform/system';
import { anId, anOperation, aUser, sample } from '../../../support/core-builders';
import { fakeClock } from '../../../support/fake-clock';
import { startOfficeHub } from '../../../support/office-hub';
import { silentLog } from '../../../support/silent-log';
import { temporaryFolder } from '../../../support/temporary-folder';

const office = officeScope(sample.officeId);
const dossier = dossierScope(anId(6, 9));
const [clerkId, otherId] = [sample.clerkId, anId(4, 2)];
const [ownPc, otherPc] = [anId(5, 1), anId(5, 2)];

const aKey = () => generateKeyPairSync('ed25519');
const spki = (key: KeyObject): string =>
  key.export({ format: 'der', type: 'spki' }).toString('base64');
const keyOf = (scope: Scope, epoch: number): Uint8Array => sha256(utf8(`${scope} ${epoch}`));

/** A machine with its relay, a hub behind TLS, and a province that answers as `now` says. */
async function aWorld() {
  const province = aKey();
  const devices = [
    { deviceId: ownPc, ...aKey() },
    { deviceId: otherPc, ...aKey() },
  ] as const;
  const person = aKey();
  const text = JSON.stringify({
    version: 1,
    officeId: sample.officeId,
    timeline: sample.timeline,
    issuedAt: 1,
    validUntil: Number.MAX_SAFE_INTEGER,
    users: [aUser(), aUser({ id: otherId })],
    devices: devices.map(({ deviceId, publicKey }) => ({
      deviceId,
      inc: 1,
      name: 'Máy',
      kind: 'workstation',
      publicKey: spki(publicKey),
    })),
    userKeys: [clerkId, otherId].flatMap((userId) =>
      devices.map(({ deviceId }) => ({ userId, deviceId, publicKey: spki(person.publicKey) })),
    ),
    dossiers: [{ id: anId(6, 9), members: [clerkId] }],
  });
  const now = { userId: clerkId, keys: [[office, 1]] as (readonly [Scope, number])[], asked: 0 };
  const reply = () =>
    AuthorityReply.parse({
      publicKey: spki(province.publicKey),
      authority: { text, sig: toHex(sign(null, authorityText(text), province.privateKey)) },
      keys: now.keys.map(([scope, epoch]) => ({
        scope,
        epoch,
        key: toBase64(keyOf(scope, epoch)),
      })),
    });
  const folder = temporaryFolder();
  const disk = await createNodeJournalDisk(join(folder, 'journal'));
  const opened = await openJournal({ disk, sealer: createBox(new Uint8Array(32)), sha256 });
  if (!opened.ok) throw new Error(opened.error.code);
  const journal = opened.value;
  await journal.append(() => [
    { t: 'chain', dev: DeviceId.parse(ownPc), inc: 1, n: 0, hash: CHAIN_START },
  ]);
  const clock = fakeClock(1000);
  const touched: string[] = [];
  const hub = await startOfficeHub(sample.officeId, reply());
  const relay = await createRelay({
    log: silentLog,
    dataFolder: folder,
    box: createBox(new Uint8Array(32)),
    journal: { ...journal, append: (build) => journal.append(({ n }) => build({ n })) },
    clock,
    random: systemRandom,
    timers: systemTimers,
    person: () => ({ userId: now.userId, officeId: sample.officeId }),
    accessBy: (client) => ({ token: () => tokenOf(client, now.userId), drop: () => undefined }),
    // As main knows it while that person's keys are open, and no longer.
    restricted: () => (now.userId === clerkId ? [dossier] : []),
    askProvince: async ({ answer }) => {
      now.asked += 1;
      return ok(answer.parse(reply()));
    },
    provinceAnswers: () => false,
    touched: (operations) => touched.push(...operations.map(({ target }) => target.id)),
    metHub: () => undefined,
    changed: () => undefined,
  });
  onTestFinished(async () => {
    await relay.stop();
    await journal.close();
    await disk.close();
  });

  async function tokenOf(client: ServerClient, userId: string): Promise<Result<string>> {
    const challenge = await client.call({
      method: 'POST',
      path: '/session/challenge',
      body: { deviceId: ownPc },
      answer: ChallengeReply,
    });
    if (!challenge.ok) return challenge;
    const proof = (key: KeyObject, subject: string): string =>
      sign(null, utf8(proofText('renew', challenge.value.nonce, subject)), key).toString('base64');
    const renewed = await client.call({
      method: 'POST',
      path: '/session/renew',
      body: {
        deviceId: ownPc,
        nonce: challenge.value.nonce,
        deviceProof: proof(devices[0].privateKey, ownPc),
        user: { userId, userProof: proof(person.privateKey, userId) },
      },
      answer: RenewReply,
    });
    return renewed.ok ? ok(renewed.value.accessToken) : err(renewed.error);
  }

  return {
    now,
    relay,
    hub,
    journal,
    clock,
    touched,
    /** A colleague's act in an envelope of this epoch, signed by its author. */
    envelope: (epoch: number) => {
      const { sig: _none, ...unsigned } = anOperation({ dev: otherPc, actor: otherId });
      const sig = toHex(sign(null, signedBytes(unsigned), person.privateKey));
      const operation = Operation.parse({ ...unsigned, sig });
      const key = { scope: office, epoch, key: keyOf(office, epoch) };
      const nonce = sha256(utf8(String(epoch))).subarray(0, 12);
      return sealOperation({ cipher: relayCipher, sha256 }, operation, key, nonce);
    },
    settled: async (): Promise<void> => {
      const before = now.asked;
      relay.provinceAnswered(undefined);
      if (now.asked > before) await new Promise((done) => setTimeout(done, 50));
    },
  };
}

test('I-13: what somebody made in a dossier is not sealed for the office by whoever signs in next', async () => {
  const { now, relay, hub, journal } = await aWorld();
  now.keys.push([dossier, 1]);
  const made = anOperation({ dev: ownPc });
  await journal.append(() => [{ t: 'op', op: made }]);

  now.userId = otherId;
  now.keys = [[office, 1]];
  await relay.open(otherId);
  relay.provinceAnswered(undefined);
  await expect.poll(() => relay.secrets.authority()).toBeDefined();
  await relay.connect(hub.code);
  expect(relay.status()).toMatchObject({ isAnswering: true, relayed: 0 });
  expect(hub.lines).toEqual([]);

  relay.close();
  now.userId = clerkId;
  now.keys = [
    [office, 1],
    [dossier, 1],
  ];
  await relay.open(clerkId);
  relay.provinceAnswered(undefined);
  await expect.poll(() => relay.secrets.authority()).toBeDefined();
  await relay.meet();
  expect(hub.lines).toMatchObject([{ kind: 'envelope', envelope: { scope: dossier } }]);
});

test('§20: keys are asked for at most every 15 minutes; what could not be read is read with the new ones', async () => {
  const { now, relay, hub, journal, clock, touched, envelope, settled } = await aWorld();
  await hub.keep([envelope(2)]);
  await relay.open(clerkId);
  for (const _ of [1, 2, 3]) await settled();
  expect(now.asked).toBe(1);
  await relay.connect(hub.code);
  expect(journal.peers.unread()).toHaveLength(1);
  expect(touched).toEqual([]);

  now.keys = [
    [office, 1],
    [office, 2],
  ];
  clock.advance(14 * 60_000);
  await settled();
  expect(now.asked).toBe(1);
  clock.advance(60_000);
  await settled();
  expect(now.asked).toBe(2);
  await expect.poll(() => touched).toEqual([sample.documentId]);
  expect(journal.peers.unread()).toEqual([]);
});
