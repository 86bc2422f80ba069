import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fromBase64 } from '@shared/kernel/bytes';
import { utf8 } from '@shared/kernel/bytes';
import { CHUNK_BYTES, FileManifest } from '@shared/protocol/file-message';
import { RelayFileManifest, RelayFileState } from '@shared/protocol/relay-file';
import { AuthorityReply, type RelayReply } from '@shared/protocol/relay-message';
import { ChallengeReply, Health, proofText } from '@shared/protocol/session';
import { FailureBody } from '@shared/protocol/sync-message';
import { limits } from '@shared/protocol/version';
import { isDecided } from '@shared/relay/signed';
import { SEAL_BYTES, sealedFile } from '@shared/relay/sealed-chunk';
import { dossierScope, officeScope, userScope } from '@shared/sync/record';
import { readFrames, type ChunkFrame } from '../../sync-server/src/features/files/frames';
import { fileSeals, verifyEd25519 } from '../../sync-server/src/platform';
import {
  aRegistering,
  aSigningPair,
  codeOf,
  overHttp,
  signIn,
  sync,
  tryRenew,
  type SeededOffice,
} from '../support/builders';
import {
  aHub,
  anOfficeAt,
  aProvince,
  aRegisteringWith,
  atHub,
  envelopesOf,
  hashOf,
  hubSettings,
  openBy,
  putFile,
  relayKeys,
  sealedFrames,
  sealFor,
  type HubInProcess,
  type Province,
  type Station,
} from '../support/hub-bench';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let province: Province;
let database: TestDatabase;
let seeded: SeededOffice;
let clerk: Station;
let chairman: Station;
let settings: Readonly<Record<string, string>>;
let hub: HubInProcess;

beforeEach(async () => {
  province = await aProvince();
  database = await createTestDatabase();
  ({ seeded, clerk, chairman } = await anOfficeAt(province));
  settings = await hubSettings(province, seeded);
  hub = await aHub(settings, { databaseUrl: database.connectionString });
});
afterEach(async () => {
  await hub.stop();
  await province.stop();
  await database.drop();
  rmSync(hub.dataDir, { recursive: true });
});

const office = () => officeScope(seeded.office.id);
const failureOf = async (response: Response): Promise<string> =>
  FailureBody.parse(await response.json()).code;
const nothing: RelayReply['items'] = [];

/** Asks until the hub tells of a decision on each of so many envelopes. */
async function decisionsAt(station: Station, count: number) {
  const at = await atHub(hub.address, station);
  return vi.waitFor(
    async () => {
      const { items } = await at.exchange([]);
      const decisions = items.flatMap((item) => (item.kind === 'decision' ? [item.decision] : []));
      expect(decisions).toHaveLength(count);
      return decisions;
    },
    { timeout: 60_000, interval: 200 },
  );
}

describe('the office without the province (§20)', () => {
  test('a paper and its file go from one machine to another; the hub says that nothing is final', async () => {
    await province.goAway();
    const bytes = randomBytes(CHUNK_BYTES * 2 + 100);
    const made = aRegisteringWith(clerk, seeded, bytes);
    const atClerk = await atHub(hub.address, clerk);
    const handed = await atClerk.exchange([sealFor(clerk, office(), made)]);
    await putFile(atClerk, clerk, office(), bytes);

    const atChairman = await atHub(hub.address, chairman);
    const { items } = await atChairman.exchange([]);
    const path = `/relay/files/${hashOf(bytes)}`;
    const manifest = RelayFileManifest.parse(
      await (await atChairman.send('GET', `${path}/manifest?scope=${office()}`)).json(),
    );
    const chunks = await atChairman.send('GET', `${path}/chunks?scope=${office()}&i=0,1,2`);
    const frames: ChunkFrame[] = [];
    const body = (chunks.body ?? []) as AsyncIterable<Uint8Array>;
    for await (const frame of readFrames(body, CHUNK_BYTES + SEAL_BYTES)) frames.push(frame);

    expect(handed).toMatchObject({ relayed: 1, isAuthorityOld: false });
    expect(items.map(({ kind }) => kind)).toEqual(['envelope']);
    const [envelope] = envelopesOf(items);
    expect(envelope && openBy(chairman, envelope)).toEqual(made);
    expect(manifest).toMatchObject({ sizeBytes: bytes.length, epoch: 1 });
    const file = sealedFile(fileSeals, chairman.keyOf(office()).key, hashOf(bytes));
    const opened = frames.map(({ index, bytes: sealed }) => file.open(index, sealed));
    expect(Buffer.concat(opened.map((part) => part ?? new Uint8Array()))).toEqual(bytes);
    expect(manifest.chunks).toEqual(frames.map(({ bytes: sealed }) => hashOf(sealed)));
  });

  test('I-19: a file goes on where it was cut; a chunk that is none is refused', async () => {
    const bytes = randomBytes(CHUNK_BYTES * 2 + 100);
    const at = await atHub(hub.address, clerk);
    const path = `/relay/files/${hashOf(bytes)}`;
    const [first, second] = sealedFrames(clerk, office(), bytes);
    if (!first || !second) throw new Error('too short');
    const wish = { sizeBytes: bytes.length, scope: office(), epoch: 1 };
    await at.send('PUT', path, wish);
    const cut = Buffer.concat([second, first.subarray(0, 500)]);
    await at.send('PUT', `${path}/chunks?scope=${office()}&epoch=1`, cut);
    const state = RelayFileState.parse(await (await at.send('PUT', path, wish)).json());
    const damaged = first.with(100, (first[100] ?? 0) ^ 1);
    const refused = await at.send('PUT', `${path}/chunks?scope=${office()}&epoch=1`, damaged);
    const early = await at.send('POST', `${path}/finish?scope=${office()}`);

    expect(state).toEqual({ state: 'partial', epoch: 1, have: Buffer.of(0x40).toString('base64') });
    expect(await failureOf(refused)).toBe('files.damaged');
    expect(await early.json()).toEqual(state);
    expect(await failureOf(await at.send('GET', `${path}/manifest?scope=${office()}`))).toBe(
      'files.missing',
    );
  });

  test('a file that is begun under a newer key begins anew, and the older one is not taken any more', async () => {
    const bytes = randomBytes(1000);
    const at = await atHub(hub.address, clerk);
    const path = `/relay/files/${hashOf(bytes)}`;
    const [frame] = sealedFrames(clerk, office(), bytes);
    const wish = { sizeBytes: bytes.length, scope: office(), epoch: 1 };
    await at.send('PUT', path, wish);
    await at.send('PUT', `${path}/chunks?scope=${office()}&epoch=1`, frame);
    const newer = await (await at.send('PUT', path, { ...wish, epoch: 2 })).json();
    const older = await (await at.send('PUT', path, wish)).json();
    const late = await at.send('PUT', `${path}/chunks?scope=${office()}&epoch=1`, frame);

    expect(newer).toEqual({ state: 'partial', epoch: 2, have: 'AA==' });
    expect(older).toEqual(newer);
    expect(await failureOf(late)).toBe('files.missing');
  });

  test('M-24: who answers says that it is a hub, and when it last heard of the province', async () => {
    await province.goAway();
    const health = Health.parse(await (await fetch(`${hub.address}/health`)).json());
    const { provinceHeardAt } = await (await atHub(hub.address, clerk)).exchange([]);

    expect(health).toMatchObject({ relay: true, ready: true });
    expect(provinceHeardAt).toBeLessThanOrEqual(Date.now());
    await province.comeBack();
    const own = Health.parse(await (await fetch(`${province.address}/health`)).json());
    expect(own.relay).toBeUndefined();
  });
});

describe('the province comes back (§20)', () => {
  test('I-5: work and file are carried once for all, decided by the province, and the author finds the same outcome', async () => {
    await province.goAway();
    const bytes = randomBytes(CHUNK_BYTES * 5 + 100);
    const ops = [aRegisteringWith(clerk, seeded, bytes), aRegistering(clerk.device, seeded)];
    const atClerk = await atHub(hub.address, clerk);
    await atClerk.exchange(ops.map((operation) => sealFor(clerk, office(), operation)));
    await putFile(atClerk, clerk, office(), bytes);
    await province.comeBack();

    const decisions = await decisionsAt(chairman, 2);
    const key = await provinceKey();
    expect(decisions.map(({ n, outcome }) => [n, outcome.status])).toEqual([
      [1, 'applied'],
      [2, 'applied'],
    ]);
    for (const decision of decisions) expect(isDecided(verifyEd25519, key, decision)).toBe(true);

    const own = await sync(province.post, clerk.device, { token: clerk.token, ops });
    expect(own.results.map((result) => 'outcome' in result && result.outcome)).toEqual(
      decisions.map(({ outcome }) => outcome),
    );
    const { rows } = await province.database.db.query(
      `select count(*)::int as count from record where type = 'incomingDocument'`,
    );
    expect(rows).toEqual([{ count: 2 }]);

    const manifest = await vi.waitFor(
      async () => {
        const response = await fetch(`${province.address}/files/${hashOf(bytes)}/manifest`, {
          headers: { authorization: `Bearer ${chairman.token}` },
        });
        expect(response.status).toBe(200);
        return FileManifest.parse(await response.json());
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(manifest.sizeBytes).toBe(bytes.length);
    expect(manifest.chunks[5]).toBe(hashOf(bytes.subarray(CHUNK_BYTES * 5)));
  });

  test('I-18: a file that is not what its name says is forgotten by the hub, and nobody at the province gets it', async () => {
    const bytes = randomBytes(1000);
    const made = aRegisteringWith(clerk, seeded, bytes);
    const at = await atHub(hub.address, clerk);
    await at.exchange([sealFor(clerk, office(), made)]);
    const path = `/relay/files/${hashOf(bytes)}`;
    const [frame] = sealedFrames(chairman, userScope(chairman.user.id), bytes);
    await at.send('PUT', path, { sizeBytes: bytes.length, scope: office(), epoch: 1 });
    await at.send('PUT', `${path}/chunks?scope=${office()}&epoch=1`, frame);
    await at.send('POST', `${path}/finish?scope=${office()}`);

    await vi.waitFor(
      async () => {
        const response = await at.send('GET', `${path}/manifest?scope=${office()}`);
        expect(await failureOf(response)).toBe('files.missing');
      },
      { timeout: 30_000, interval: 200 },
    );
    const { rows } = await province.database.db.query('select is_complete from file');
    expect(rows).toEqual([{ is_complete: false }]);
  });

  test('I-18, I-19: a chunk that was damaged on its way counts as cut; what came before and after it is kept', async () => {
    const bytes = randomBytes(CHUNK_BYTES * 2 + 100);
    const path = `${province.address}/files/${hashOf(bytes)}`;
    const headers = { authorization: `Bearer ${clerk.token}` };
    const json = { sizeBytes: bytes.length, mime: 'application/pdf', prefix: null };
    await fetch(path, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(json),
    });
    const frames = sealedFrames(clerk, office(), bytes);
    const onTheWay = frames.map((frame, i) =>
      i === 1 ? frame.with(100, (frame[100] ?? 0) ^ 1) : frame,
    );
    const sealedPath = `${province.address}/relay/files/${hashOf(bytes)}/chunks`;
    const taken = await fetch(`${sealedPath}?scope=${office()}&epoch=1`, {
      method: 'PUT',
      headers,
      body: Buffer.concat(onTheWay),
    });

    expect(await taken.json()).toEqual({
      state: 'partial',
      have: Buffer.of(0xa0).toString('base64'),
    });
  });

  test('I-16: a file of which another machine has shown the province bytes of another size is set aside, and the rest go on', async () => {
    await province.goAway();
    const [claimed, other] = [randomBytes(1000), randomBytes(1001)];
    const at = await atHub(hub.address, clerk);
    for (const bytes of [claimed, other]) {
      const made = aRegisteringWith(clerk, seeded, bytes);
      await at.exchange([sealFor(clerk, office(), made)]);
      await putFile(at, clerk, office(), bytes);
    }
    await province.database.db.query(
      `insert into file (office_id, sha256, size_bytes, mime) values ($1, $2, 5, 'text/plain')`,
      [seeded.office.id, hashOf(claimed)],
    );
    await province.database.db.query(
      `insert into file_proof (office_id, sha256, device_id, have, chunks) values ($1, $2, $3, '\\x01', 1)`,
      [seeded.office.id, hashOf(claimed), chairman.device.deviceId],
    );
    await province.comeBack();
    await vi.waitFor(
      async () => {
        const { rows } = await province.database.db.query(
          'select sha256 from file where is_complete',
        );
        expect(rows).toEqual([{ sha256: hashOf(other) }]);
      },
      { timeout: 60_000, interval: 200 },
    );
  });

  test('I-18: whose work names a file says how long it is, whoever announced it first', async () => {
    await province.goAway();
    const bytes = randomBytes(1000);
    const [at, others] = [await atHub(hub.address, clerk), await atHub(hub.address, chairman)];
    const path = `/relay/files/${hashOf(bytes)}`;
    const wish = { sizeBytes: bytes.length, scope: office(), epoch: 1 };
    await at.exchange([sealFor(clerk, office(), aRegisteringWith(clerk, seeded, bytes))]);
    const [frame] = sealedFrames(chairman, office(), randomBytes(5));
    await others.send('PUT', path, { ...wish, sizeBytes: 5 });
    await others.send('PUT', `${path}/chunks?scope=${office()}&epoch=1`, frame);
    await others.send('POST', `${path}/finish?scope=${office()}`);

    await putFile(at, clerk, office(), bytes);
    const again = await others.send('PUT', path, { ...wish, sizeBytes: 5 });
    expect(await failureOf(again)).toBe('http.invalid-body');
    const manifest = await others.send('GET', `${path}/manifest?scope=${office()}`);
    expect(RelayFileManifest.parse(await manifest.json()).sizeBytes).toBe(bytes.length);
  });

  test('what the province refuses does not hold up what came after it', async () => {
    const forged = sealFor(clerk, office(), {
      ...aRegistering(clerk.device, seeded),
      sig: aSigningPair().sign(new Uint8Array()).toString('hex'),
    });
    // The chairman’s machine, with the clerk signed in at it.
    await signIn(province.post, chairman.device, clerk.user);
    const made = aRegistering(chairman.device, seeded);
    const at = await atHub(hub.address, clerk);
    await at.exchange([forged, sealFor(chairman, office(), made)]);
    const [decision] = await decisionsAt(chairman, 1);
    expect(decision?.dev).toBe(chairman.device.deviceId);
  });

  const provinceKey = async () => {
    const response = await fetch(`${province.address}/relay/authority`, {
      headers: { authorization: `Bearer ${clerk.token}` },
    });
    const { publicKey } = AuthorityReply.parse(await response.json());
    return { publicKey: fromBase64(publicKey), officeId: seeded.office.id };
  };
});

describe('who is handed what (I-13)', () => {
  test('a person gets the lines and files of their own scopes, a machine alone only its own work', async () => {
    const bytes = randomBytes(500);
    const dossier = dossierScope(crypto.randomUUID());
    await province.database.db.query(
      'insert into dossier_member (office_id, dossier_id, user_id) values ($1, $2, $3)',
      [seeded.office.id, dossier.slice('dossier:'.length), clerk.user.id],
    );
    const member = { ...clerk, keyOf: await relayKeys(province, clerk.token) };
    await hub.stop();
    hub = await aHub(settings, { databaseUrl: database.connectionString, dataDir: hub.dataDir });
    await vi.waitFor(async () => {
      const at = await atHub(hub.address, clerk);
      const path = `/relay/files/${hashOf(bytes)}`;
      const wish = { sizeBytes: bytes.length, scope: dossier, epoch: 1 };
      expect((await at.send('PUT', path, wish)).status).toBe(200);
    });
    const at = await atHub(hub.address, clerk);
    await at.exchange([
      sealFor(member, dossier, aRegisteringWith(clerk, seeded, bytes)),
      sealFor(member, userScope(clerk.user.id), aRegistering(clerk.device, seeded)),
      sealFor(member, office(), aRegistering(clerk.device, seeded)),
    ]);
    await putFile(at, member, dossier, bytes);

    const others = await atHub(hub.address, chairman);
    const seen = envelopesOf((await others.exchange([])).items);
    expect(seen.map(({ scope }) => scope)).toEqual([office()]);
    const path = `/relay/files/${hashOf(bytes)}`;
    const asked = await others.send('GET', `${path}/manifest?scope=${dossier}`);
    expect(await failureOf(asked)).toBe('files.not-allowed');
    const elsewhere = await others.send('GET', `${path}/manifest?scope=${office()}`);
    expect(await failureOf(elsewhere)).toBe('files.missing');

    const alone = await atHub(hub.address, { ...clerk, user: null as never });
    expect(envelopesOf((await alone.exchange([])).items)).toHaveLength(3);
    const nobody = await atHub(hub.address, { ...chairman, user: null as never });
    expect((await nobody.exchange([])).items.filter(({ kind }) => kind === 'envelope')).toEqual(
      nothing,
    );
    // The machine that made the work may bring its file, whoever is there.
    expect((await alone.send('GET', `${path}/manifest?scope=${dossier}`)).status).toBe(200);
  });

  test('a wrong proof, an unknown machine or another office is refused; what is kept says nothing to them', async () => {
    const post = overHttp(hub.address);
    const wrongDevice = { ...clerk.device, key: aSigningPair() };
    const wrongPerson = {
      ...clerk.device,
      userKeys: new Map([[clerk.user.id, aSigningPair()]]),
    };
    const foreign = await anOfficeAt(province);

    expect(codeOf(await tryRenew(post, wrongDevice, clerk.user))).toBe('device.bad-proof');
    expect(codeOf(await tryRenew(post, wrongPerson, clerk.user))).toBe('device.bad-proof');
    expect(codeOf(await tryRenew(post, foreign.clerk.device, foreign.clerk.user))).toBe(
      'device.not-enrolled',
    );
    // A nonce of somebody else, under a proof that would be right.
    const { deviceId, key } = clerk.device;
    const { nonce } = ChallengeReply.parse(
      (await province.post('/session/challenge', { deviceId })).body,
    );
    const deviceProof = key.sign(utf8(proofText('renew', nonce, deviceId))).toString('base64');
    const stale = await post('/session/renew', { deviceId, nonce, deviceProof, user: null });
    expect(codeOf(stale)).toBe('device.bad-proof');
    const ofProvince = { token: clerk.token };
    const request = { mailbox: null, after: 0, envelopes: [] };
    expect(codeOf(await post('/relay/exchange', request, ofProvince))).toBe(
      'session.not-signed-in',
    );
  });

  test('who may no longer enter gets nothing from the moment at which the hub knows', async () => {
    const at = await atHub(hub.address, clerk);
    await at.exchange([sealFor(clerk, office(), aRegistering(clerk.device, seeded))]);
    const before = await atHub(hub.address, chairman);
    expect(envelopesOf((await before.exchange([])).items)).toHaveLength(1);
    await province.database.db.query('update app_user set active = false where id = $1', [
      chairman.user.id,
    ]);
    await hub.stop();
    hub = await aHub(settings, { databaseUrl: database.connectionString, dataDir: hub.dataDir });

    await vi.waitFor(async () =>
      expect(codeOf(await tryRenew(overHttp(hub.address), chairman.device, chairman.user))).toBe(
        'session.user-disabled',
      ),
    );
    const { token } = before;
    const request = { mailbox: null, after: 0, envelopes: [] };
    const answer = await overHttp(hub.address)('/relay/exchange', request, { token });
    expect(answer.body).toMatchObject({ items: [] });
  });

  test('§20: a hub that the province has disabled hands nothing on from the moment at which it hears so', async () => {
    const at = await atHub(hub.address, clerk);
    await at.exchange([sealFor(clerk, office(), aRegistering(clerk.device, seeded))]);
    await decisionsAt(clerk, 1);
    await province.database.db.query(`update device set state = 'disabled' where kind = 'hub'`);
    // Something to carry: it hears of it at once.
    await at.exchange([sealFor(clerk, office(), aRegistering(clerk.device, seeded))]);
    const request = { mailbox: null, after: 0, envelopes: [] };
    await vi.waitFor(
      async () => {
        const answer = await at.send('POST', '/relay/exchange', request);
        expect(answer.status).toBe(403);
        expect(await failureOf(answer)).toBe('hub.stopped');
      },
      { timeout: 30_000, interval: 200 },
    );
    await province.database.db.query(`update device set state = 'active' where kind = 'hub'`);
    await vi.waitFor(
      async () => expect((await at.send('POST', '/relay/exchange', request)).status).toBe(200),
      { timeout: 60_000, interval: 200 },
    );
  });

  test('I-22: a machine that has brought as much as it may is told so, and goes on reading', async () => {
    await province.goAway();
    const at = await atHub(hub.address, clerk);
    const { deviceId } = clerk.device;
    await database.db.query(
      `insert into hub_line (seq, kind, dev, inc, n, hash, scope, files, timeline, kept_at, brought_by, body)
       select -i, 'envelope', $1, 1, i, 'x', 'x', '{}', '', now(), $1, '{}'
         from generate_series(1, 20000) as i`,
      [deviceId],
    );
    const envelope = sealFor(clerk, office(), aRegistering(clerk.device, seeded));
    const request = { mailbox: null, after: 0, envelopes: [envelope] };
    const refused = await at.send('POST', '/relay/exchange', request);
    expect(await failureOf(refused)).toBe('hub.machine-full');
    expect((await at.exchange([])).items).toEqual(nothing);
    // Its colleague may bring the same work.
    expect((await (await atHub(hub.address, chairman)).exchange([envelope])).relayed).toBe(1);
  });

  test('I-22: a body that is too large, and too many requests, are refused', async () => {
    const at = await atHub(hub.address, clerk);
    const large = await at.send('POST', '/relay/exchange', new Uint8Array(limits.requestBytes + 1));
    expect(await failureOf(large)).toBe('http.too-large');
    await hub.stop();
    const few = { ...settings, RATE_BURST: '3', RATE_PER_SECOND: '0.001' };
    hub = await aHub(few, { databaseUrl: database.connectionString, dataDir: hub.dataDir });
    const hasty = await atHub(hub.address, clerk);
    const codes: number[] = [];
    for (let i = 0; i < 4; i++)
      codes.push((await hasty.send('POST', '/relay/exchange', {})).status);
    expect(codes).toEqual([400, 400, 400, 429]);
    const post = overHttp(hub.address);
    const askNonce = () => post('/session/challenge', { deviceId: clerk.device.deviceId });
    const asked = await Promise.all(Array.from({ length: 140 }, askNonce));
    expect(asked.some(({ status }) => status === 429)).toBe(true);
  });
});
