import { silentLog } from '../../../support/silent-log';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createPadesWorker } from '../../../../src/main/features/signing/pades-worker-pool';
import { createLoginFailures } from '../../../../src/main/features/signing/login-failures';
import { createPkcs11Token } from '../../../../src/main/features/signing/pkcs11-token';
import { systemTimers } from '../../../../src/main/platform/system';
import { utf8 } from '@shared/kernel/bytes';
import type { FileHash } from '@shared/kernel/ids';
import { buildTokenWorker, forkTokenProcess } from '../../../support/fork-token-process';
import { buildWorker } from '../../../support/worker-bundle';
import { createSoftToken, findSoftHsm } from '../../../support/soft-token';
import { anOffice, fixture, has } from '../../shared/pades/helpers';
import {
  aSigningWorld,
  chairman,
  clerk,
  organ,
  person,
  pressed,
  waitingForSeal,
} from './signing-world';

const isSkipped = !findSoftHsm() || !has('pdfsig');

/** Leader and seal on one SoftHSM token, the token process and the PDF worker as the program runs them. */
async function aRealWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'tcv-round-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const office = anOffice();
  const soft = createSoftToken({
    folder,
    pki: office.pki,
    identities: [{ commonName: 'Nguyễn Văn Mẫu' }, { commonName: 'UBND xã Thử Nghiệm' }],
  });
  const tokenPort = createPkcs11Token({
    modules: { usable: [{ id: 'soft', path: soft.modulePath }], troubles: [] },
    start: forkTokenProcess(await buildTokenWorker(), () => soft.env),
    timers: systemTimers,
    failures: createLoginFailures(),
    log: silentLog,
    limits: { start: 60_000, list: 60_000 },
  });
  onTestFinished(() => tokenPort.stop());
  const pades = createPadesWorker(await buildWorker('pades-worker'));
  onTestFinished(() => pades.stop());
  const world = await aSigningWorld(office, { pades, tokenPort });
  const [own, seal] = soft.identities.map(({ certificate }) => ({ ...office.leader, certificate }));
  if (!own || !seal) throw new Error('the token has two identities');
  await world.registerCertificate(own, person);
  await world.registerCertificate(seal, organ);
  return { ...world, folder, soft, own, seal };
}

test.skipIf(isSkipped)(
  'S-9 to S-12: from a draft to the seal on a real token; other software calls both signatures valid',
  async () => {
    const world = await aRealWorld();
    const { now, deps, begin, readToTheEnd, sign, soft, folder } = world;
    const pin = () => utf8(soft.pin);
    const bytesOf = async (id: string) => {
      const read = await deps.files.read(deps.desk.findDocument(id)?.finalPdf?.sha256 as FileHash);
      if (!read.ok) throw new Error(read.error.code);
      return read.value;
    };

    now.person = chairman;
    const id = await world.addDocument(fixture('chromium-draft.pdf'));
    begin('leader', [id]);
    await readToTheEnd(id);
    expect(await sign(pressed(world.own, [id], { pin: utf8('00000000') }))).toMatchObject({
      error: { code: 'token.pin-wrong' },
    });
    expect(await sign(pressed(world.own, [id], { pin: pin() }))).toMatchObject({ ok: true });
    const signed = await bytesOf(id);

    now.person = clerk;
    const numbered = await world.addDocument(signed, waitingForSeal(signed));
    begin('seal', [numbered]);
    await readToTheEnd(numbered);
    expect(await sign(pressed(world.own, [numbered], { pin: pin() }))).toMatchObject({
      error: { code: 'signing.not-registered' },
    });
    expect(await sign(pressed(world.seal, [numbered], { pin: pin() }))).toEqual({
      ok: true,
      value: { signed: 1 },
    });

    const path = join(folder, 'sealed.pdf');
    writeFileSync(path, await bytesOf(numbered));
    const verdict = execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8' });
    expect(verdict.match(/Signature is Valid/g)).toHaveLength(2);
  },
  120_000,
);
