import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { possessionChallenge } from '@shared/domain/signing/possession';
import { SOFTWARE_KEY_REASON } from '@shared/domain/signing/software-keys';
import { fromHex, toHex, utf8 } from '@shared/kernel/bytes';
import type { FileHash } from '@shared/kernel/ids';
import { isSignedWith } from '@shared/pades/cms/certificate-facts';
import { createKeyWork } from '../../../../src/main/features/signing/key-work';
import { createLoginFailures } from '../../../../src/main/features/signing/login-failures';
import { nodePadesPlatform } from '../../../../src/main/features/signing/node-pades-platform';
import { createPkcs11Token } from '../../../../src/main/features/signing/pkcs11-token';
import { createProofs } from '../../../../src/main/features/signing/prove-possession';
import {
  createSoftwareKeys,
  softwareModule,
} from '../../../../src/main/features/signing/software-keys';
import type {
  TokenModule,
  TokenProcess,
} from '../../../../src/main/features/signing/token-process';
import { createVerdictStore } from '../../../../src/main/features/signing/verdict-store';
import { createVerifyFile } from '../../../../src/main/features/signing/verify-file';
import { systemTimers } from '../../../../src/main/platform/system';
import { anId, sha256 } from '../../../support/core-builders';
import { buildTokenWorker, forkTokenProcess } from '../../../support/fork-token-process';
import { makeP12Files, PASSWORD } from '../../../support/p12-files';
import { silentLog } from '../../../support/silent-log';
import { temporaryFolder } from '../../../support/temporary-folder';
import { anOffice, fixture, has, open } from '../../shared/pades/helpers';
import {
  aSigningWorld,
  chairman,
  clerk,
  organ,
  person,
  pressed,
  waitingForSeal,
} from './signing-world';

const made = mkdtempSync(join(tmpdir(), 'tcv-p12-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));
const worker = await buildTokenWorker('software-key-worker');
const office = anOffice();
const files = makeP12Files(made, office.pki);
type Name = 'rsa' | 'ec';
const PIN = 'Ma-PIN-87654321';
const failure = (code: string) => ({ ok: false, error: { code } });
const limits = { start: 60_000, list: 60_000, listSuspect: 60_000 };

/** Signing with keys of files: the program's own worker in processes of its own, no vendor's driver. */
async function aSoftwareWorld() {
  const folder = temporaryFolder();
  const lines: unknown[] = [];
  const say = (...line: unknown[]): void => void lines.push(line);
  const log = { info: say, warn: say, error: say };
  const module = softwareModule(folder);
  const started: TokenProcess[] = [];
  const ended: Promise<void>[] = [];
  const fork = forkTokenProcess(worker, () => ({}));
  const start = (one: TokenModule): TokenProcess => {
    const process = fork(one);
    started.push(process);
    ended.push(new Promise((resolve) => process.onExit(resolve)));
    return process;
  };
  const deps = { module, start, timers: systemTimers, limits };
  const tokenPort = createPkcs11Token({
    ...deps,
    log,
    modules: { usable: [module], troubles: [] },
    failures: createLoginFailures(),
  });
  onTestFinished(() => tokenPort.stop());
  const world = await aSigningWorld(office, { tokenPort });
  const keys = createKeyWork({ ...world.deps, log, softwareKeys: createSoftwareKeys(deps) });
  const path = join(folder, 'khóa.p12');
  /** As the page and the signing window do it. */
  const importKey = async (name: Name, over: { password?: string; pin?: string } = {}) => {
    writeFileSync(path, files.exported(name, ['-certfile', 'chain.pem']));
    const begun = await keys.beginImport(path);
    rmSync(path);
    if (!begun.ok) return begun;
    const { password = PASSWORD, pin = PIN } = over;
    return keys.perform({ secret: utf8(password), newPin: utf8(pin) });
  };
  const identity = (name: Name) => ({ ...office.leader, certificate: files.certificateOf(name) });
  const bytesOf = async (id: string): Promise<Uint8Array> => {
    const document = world.saved.findLast(({ target }) => target.id === id);
    if (!document) throw new Error('nothing was signed');
    const { pdf } = document.body as { readonly pdf: { readonly sha256: FileHash } };
    const read = await world.deps.files.read(pdf.sha256);
    if (!read.ok) throw new Error(read.error.code);
    return read.value;
  };
  return { ...world, folder, lines, keys, importKey, identity, tokenPort, started, ended, bytesOf };
}

const everyFileOf = (folder: string): readonly Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));

test('software keys: without the province’s word none is taken in, tried or signs; withdrawn, none signs any more', async () => {
  const world = await aSoftwareWorld();
  const { importKey, allowSoftwareKeys, registerCertificate, identity, started, begin } = world;

  expect(await importKey('rsa')).toEqual(failure('softwareKey.not-allowed'));
  expect([started, world.keys.describe(), world.windowCalls]).toEqual([[], null, []]);
  await allowSoftwareKeys('personal');
  expect(await importKey('rsa')).toEqual({ ok: true, value: undefined });
  await registerCertificate(identity('rsa'), organ, { keyStore: 'software' });
  await registerCertificate(identity('rsa'), person, { keyStore: 'software' });

  world.now.person = clerk;
  const bytes = fixture('chromium-draft.pdf');
  const toSeal = await world.addDocument(bytes, waitingForSeal(bytes));
  begin('seal', [toSeal]);
  expect(await world.listCertificates()).toMatchObject({
    value: { certificates: [{ refusal: 'softwareKey.not-allowed', tokenLabel: 'Khóa phần mềm' }] },
  });

  world.now.person = chairman;
  const id = await world.addDocument(bytes);
  begin('leader', [id]);
  expect(await world.listCertificates()).toMatchObject({
    value: { certificates: [{ refusal: null }] },
  });
  await allowSoftwareKeys('none');
  await world.readToTheEnd(id);
  expect(await world.sign(pressed(identity('rsa'), [id], { pin: utf8(PIN) }))).toEqual(
    failure('softwareKey.not-allowed'),
  );
  const proofs = createProofs({
    ...world.deps,
    random: { uuid: () => anId(12, 7), fraction: () => 0 },
  });
  proofs.begin({ purpose: 'tryOut', thumbprint: thumbprint('rsa'), organId: null, picture: null });
  expect(await proofs.prove({ pin: utf8(PIN) })).toEqual(failure('softwareKey.not-allowed'));
  expect(world.saved).toEqual([]);
});

const thumbprint = (name: Name): string => toHex(sha256(files.certificateOf(name)));

test('K-6: a key of a file signs only under a record that says so', async () => {
  const world = await aSoftwareWorld();
  await world.allowSoftwareKeys('all');
  await world.importKey('rsa');
  await world.registerCertificate(world.identity('rsa'), person);
  const id = await world.addDocument(fixture('chromium-draft.pdf'));
  world.begin('leader', [id]);

  expect(await world.listCertificates()).toMatchObject({
    value: { certificates: [{ refusal: 'signing.not-registered' }] },
  });
  await world.registerCertificate(world.identity('rsa'), person, { keyStore: 'software' });
  expect(await world.listCertificates()).toMatchObject({
    value: { certificates: [{ refusal: null }] },
  });
});

test('K-6: its request says that the key lies in a file, in what the key itself signs', async () => {
  const world = await aSoftwareWorld();
  await world.allowSoftwareKeys('personal');
  await world.importKey('ec');
  const proofs = createProofs({
    ...world.deps,
    random: { uuid: () => anId(12, 7), fraction: () => 0 },
  });

  proofs.begin({ purpose: 'bind', thumbprint: thumbprint('ec'), organId: null, picture: null });
  expect(await proofs.prove({ pin: utf8(PIN) })).toEqual({ ok: true, value: undefined });

  const body = world.saved[0]?.body as { keyStore: string; der: string; signature: string };
  expect(body.keyStore).toBe('software');
  const claim = {
    officeId: chairman.officeId,
    userId: chairman.id,
    recordId: anId(12, 7),
    thumbprint: thumbprint('ec'),
    owner: { kind: 'person', userId: chairman.id } as const,
  };
  const isSigned = (data: Uint8Array) =>
    isSignedWith(nodePadesPlatform, fromHex(body.der), {
      data,
      signature: fromHex(body.signature),
    });
  expect(isSigned(possessionChallenge({ ...claim, keyStore: 'software' }))).toBe(true);
  expect(isSigned(possessionChallenge(claim))).toBe(false);
});

test.skipIf(!has('pdfsig')).each(['rsa', 'ec'] as const)(
  'software keys: a paper signed with one (%s) is valid for other software and marked in every report; no secret is left',
  async (name) => {
    const world = await aSoftwareWorld();
    const { folder, identity, keys, lines } = world;
    await world.allowSoftwareKeys('personal');
    expect(await world.importKey(name, { password: 'Sai mật khẩu' })).toEqual(
      failure('softwareKey.password-wrong'),
    );
    expect(await world.importKey(name)).toEqual({ ok: true, value: undefined });
    expect(keys.describe()).toMatchObject({ purpose: 'import', name: 'khóa.p12', phase: 'done' });
    await world.registerCertificate(identity(name), person, { keyStore: 'software' });
    const id = await world.addDocument(fixture('chromium-draft.pdf'));
    world.begin('leader', [id]);
    await world.readToTheEnd(id);

    const wrong = await world.sign(pressed(identity(name), [id], { pin: utf8('Ma-PIN-00000000') }));
    expect(wrong).toMatchObject({ error: { code: 'token.pin-wrong' } });
    const [keyFile = ''] = readdirSync(join(folder, 'software-keys'));
    expect(readFileSync(join(folder, 'software-keys', keyFile), 'utf8')).toContain('"failures":1');
    expect(await world.sign(pressed(identity(name), [id], { pin: utf8(PIN) }))).toEqual({
      ok: true,
      value: { signed: 1 },
    });

    const signed = await world.bytesOf(id);
    const path = join(folder, 'signed.pdf');
    writeFileSync(path, signed);
    const verdict = execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8' });
    expect(verdict).toContain('Signature is Valid');
    expect(opensslSays(folder, signed)).toBe(true);
    const verdicts = createVerdictStore({
      path: join(folder, 'verdicts.json'),
      clock: world.deps.clock,
      log: silentLog,
    });
    const verify = createVerifyFile({ ...world.deps, verdicts });
    const report = await verify.atHand(toHex(sha256(signed)) as FileHash);
    expect(report).toMatchObject({
      value: {
        verdict: 'HOP_LE_CANH_BAO',
        signatures: [
          {
            integrity: 'intact',
            trust: 'trusted',
            reason: SOFTWARE_KEY_REASON,
            reasons: expect.arrayContaining([{ code: 'key.software', where: '/Reason' }]),
          },
        ],
      },
    });
    const texts = [
      ...everyFileOf(folder),
      ...everyFileOf(world.folder),
      Buffer.from(JSON.stringify(lines)),
    ];
    const { d = '' } = createPrivateKey(files.keyPemOf(name)).export({ format: 'jwk' });
    const raw = Buffer.from(d, 'base64url');
    for (const secret of [PASSWORD, 'Sai mật khẩu', PIN, d, raw, raw.toString('base64')]) {
      expect(texts.some((text) => text.includes(secret))).toBe(false);
    }
  },
);

/** openssl over the CMS and the covered bytes. */
function opensslSays(folder: string, bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1');
  const at = text.lastIndexOf('/Contents <');
  const end = text.indexOf('>', at) + 1;
  const start = text.indexOf('<', at);
  const cms = fromHex(text.slice(start + 1, end - 1));
  const length = 4 + (((cms[2] ?? 0) << 8) | (cms[3] ?? 0));
  writeFileSync(join(folder, 'sig.der'), cms.subarray(0, length));
  writeFileSync(
    join(folder, 'covered.bin'),
    Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]),
  );
  const args = 'cms -verify -binary -inform DER -purpose any -in sig.der -content covered.bin';
  writeFileSync(join(folder, 'root.pem'), office.pki.root.certificatePem);
  const root = ['-no_check_time', '-CAfile', 'root.pem', '-out', 'out.bin'];
  execFileSync('openssl', [...args.split(' '), ...root], { cwd: folder, stdio: 'pipe' });
  return open(bytes).revisions.length > 0;
}

test('K-8, K-10: a wrong password is one process, which ends; what was typed is wiped; the next try may be right', async () => {
  const world = await aSoftwareWorld();
  const { keys, started, ended, folder } = world;
  await world.allowSoftwareKeys('all');
  const path = join(folder, 'a.p12');
  writeFileSync(path, files.exported('rsa'));
  await keys.beginImport(path);
  const secrets = { secret: utf8('Sai mật khẩu'), newPin: utf8(PIN) };

  expect(await keys.perform(secrets)).toEqual(failure('softwareKey.password-wrong'));
  expect(keys.describe()).toMatchObject({ phase: 'waiting' });
  expect([...secrets.secret, ...secrets.newPin].every((byte) => byte === 0)).toBe(true);
  expect(started).toHaveLength(1);
  const twice = await Promise.all(
    [1, 2].map(() => keys.perform({ secret: utf8(PASSWORD), newPin: utf8(PIN) })),
  );
  expect(twice).toEqual([{ ok: true, value: undefined }, failure('signing.busy')]);
  expect(started).toHaveLength(2);
  // They end by themselves: a password is in no process that goes on.
  await Promise.all(ended);
});

test('K-10: a policy withdrawn while the window stands open takes no key in, and what was typed is wiped', async () => {
  const { keys, allowSoftwareKeys, folder, started } = await aSoftwareWorld();
  await allowSoftwareKeys('all');
  const path = join(folder, 'a.p12');
  writeFileSync(path, files.exported('rsa'));
  await keys.beginImport(path);
  await allowSoftwareKeys('none');
  const secrets = { secret: utf8(PASSWORD), newPin: utf8(PIN) };

  expect(await keys.perform(secrets)).toEqual(failure('softwareKey.not-allowed'));
  expect([...secrets.secret, ...secrets.newPin].every((byte) => byte === 0)).toBe(true);
  expect(started).toEqual([]);
});

test('software keys: a file of 100 MB is not read, and what is no file is named', async () => {
  const { keys, allowSoftwareKeys, folder, started } = await aSoftwareWorld();
  await allowSoftwareKeys('all');
  const path = join(folder, 'huge.p12');
  writeFileSync(path, '');
  truncateSync(path, 100 * 1024 * 1024);

  expect(await keys.beginImport(path)).toEqual(failure('softwareKey.file-unusable'));
  expect(await keys.beginImport(join(folder, 'none.p12'))).toEqual(
    failure('softwareKey.file-unusable'),
  );
  expect(started).toEqual([]);
});

test('software keys: a PIN is changed in the window, a key is removed from the machine', async () => {
  const { keys, importKey, allowSoftwareKeys, tokenPort, folder } = await aSoftwareWorld();
  await allowSoftwareKeys('all');
  await importKey('rsa');
  const shown = async () => (await tokenPort.list()).certificates.map((one) => one.thumbprint);
  expect(await shown()).toEqual([thumbprint('rsa')]);

  expect(await keys.beginPinChange(thumbprint('ec'))).toEqual(failure('token.not-present'));
  expect(await keys.beginPinChange(thumbprint('rsa'))).toMatchObject({ ok: true });
  expect(keys.describe()).toMatchObject({ purpose: 'changePin', name: 'Đỗ Thị Ngọc Ánh' });
  const newPin = utf8('Ma-PIN-moi-99');
  expect(await keys.perform({ secret: utf8(PIN), newPin })).toEqual({ ok: true, value: undefined });

  await keys.remove(thumbprint('rsa'));
  expect(await shown()).toEqual([]);
  expect(readdirSync(join(folder, 'software-keys'))).toEqual([]);
});

test('K-17: without a driver and without a key the machine says that a driver is missing', async () => {
  const { tokenPort, started } = await aSoftwareWorld();

  expect(await tokenPort.list()).toMatchObject({
    modules: [],
    troubles: [{ failure: { code: 'token.no-driver' } }],
  });
  expect(started).toEqual([]);
});
