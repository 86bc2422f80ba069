import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '@shared/kernel/bytes';
import { Redacted } from '@shared/kernel/redacted';
import type { Result } from '@shared/kernel/result';
import { fieldNames } from '@shared/pades/field-names';
import { createLoginFailures } from '../../src/main/features/signing/login-failures';
import {
  createPadesWorker,
  type PadesWorker,
} from '../../src/main/features/signing/pades-worker-pool';
import { createPkcs11Token } from '../../src/main/features/signing/pkcs11-token';
import type { TokenPort, TokenSession } from '../../src/main/features/signing/token-port';
import { systemTimers } from '../../src/main/platform/system';
import { createDemoPki, toPem, type DemoPki } from '../../test/support/demo-pki';
import { forkTokenProcess } from '../../test/support/fork-token-process';
import { createSoftToken, findSoftHsm, type SoftToken } from '../../test/support/soft-token';
import { repositoryRoot } from '../run-step';
import { quantileRows, timed, type Row } from './row';
import { scanPdf } from './scan-pdf';
import { benchBatch } from './signing-batch';

const MEGABYTE = 1024 * 1024;
/** By megabytes. */
const ROUNDS: Readonly<Record<number, number>> = { 1: 40, 20: 20 };
const at = (path: string): string => join(repositoryRoot, path);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const handwriting = (): Uint8Array => read(at('test/fixtures/pdf/pictures/handwriting.png'));

interface Desk {
  readonly folder: string;
  readonly pki: DemoPki;
  readonly soft: SoftToken;
  readonly pades: PadesWorker;
  readonly session: TokenSession;
}

/**
 * A leader's signature on a scan of 1 MB and of 20 MB as the built program makes it: PDF work in its worker thread, the
 * key on a SoftHSM token behind the token process, and the whole new file read again before it counts.
 *
 * The peer is `openssl cms` with a key of the same size in a file plus the same token's signature of a digest by
 * `pkcs11-tool`, since Debian's OpenSSL has no PKCS#11 engine; both processes start anew each time, which costs them more
 * than the work. Neither reads its result again.
 */
export async function benchSigning(folder: string): Promise<readonly Row[]> {
  if (!findSoftHsm()) {
    console.error('no signing rows: softhsm2 and opensc are not installed');
    return [];
  }
  const pki = createDemoPki();
  const soft = createSoftToken({ folder, pki, identities: [{ commonName: 'Nguyễn Văn Mẫu' }] });
  const pades = createPadesWorker(at('out/main/pades-worker.js'));
  const token = createToken(soft);
  try {
    const draft = await prepareScan({ pades }, 1);
    const batch = await benchBatch({
      folder,
      pki,
      soft,
      pades,
      token,
      draft,
      picture: handwriting(),
    });
    const opened = await token.openSession(
      soft.identities[0]?.thumbprint ?? '',
      new Redacted(utf8(soft.pin)),
    );
    const desk = { folder, pki, soft, pades, session: valueOf(opened) };
    preparePeer(desk);
    const single = [...(await benchSize(desk, 1)), ...(await benchSize(desk, 20))];
    await desk.session.close();
    return [...batch, ...single];
  } finally {
    await token.stop();
    await pades.stop();
  }
}

const createToken = (soft: SoftToken): TokenPort =>
  createPkcs11Token({
    modules: { usable: [{ id: 'softhsm', path: soft.modulePath }], troubles: [] },
    start: forkTokenProcess(at('out/main/token-worker.js'), () => soft.env),
    timers: systemTimers,
    failures: createLoginFailures(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });

async function prepareScan(
  { pades }: Pick<Desk, 'pades'>,
  megabytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const fonts = {
    upright: read(at('resources/fonts/LiberationSerif-Regular.ttf')),
    italic: read(at('resources/fonts/LiberationSerif-Italic.ttf')),
  };
  const bytes = scanPdf(megabytes * MEGABYTE);
  return valueOf(await pades.run({ do: 'prepareFields', bytes, fonts })).bytes;
}

async function benchSize(desk: Desk, megabytes: number): Promise<readonly Row[]> {
  const { folder } = desk;
  const bytes = await prepareScan(desk, megabytes);
  const path = join(folder, `scan-${megabytes}.pdf`);
  const signedPath = join(folder, `signed-${megabytes}.pdf`);
  writeFileSync(path, bytes);
  let signed: Uint8Array = bytes;
  const sign = { ours: [] as number[], floor: [] as number[] };
  const verify = { ours: [] as number[], floor: [] as number[] };
  for (let round = 0; round < (ROUNDS[megabytes] ?? 0); round++) {
    sign.ours.push(
      await timed(async () => {
        signed = await signOnce(desk, bytes);
      }),
    );
    sign.floor.push(await timed(() => signByPeer(desk, path)));
    writeFileSync(signedPath, signed);
    verify.ours.push(await timed(() => verifyOnce(desk, signedPath)));
    verify.floor.push(await timed(() => verifyByPeer(signedPath)));
  }
  return [
    ...quantileRows({
      figure: `sign ${megabytes} MB and read it again`,
      floorIs: 'openssl cms (key in a file) + pkcs11-tool --sign on the token',
      ...sign,
    }),
    ...quantileRows({ figure: `verify ${megabytes} MB`, floorIs: 'pdfsig -nocert', ...verify }),
  ];
}

const judging = ({ pki }: Desk) => ({
  trustPem: [pki.root.certificatePem, toPem('CERTIFICATE', pki.subCa.certificate)],
  nowMs: Date.now(),
});

async function signOnce(desk: Desk, before: Uint8Array): Promise<Uint8Array> {
  const { pki, soft, pades, session } = desk;
  const certificate = soft.identities[0]?.certificate ?? new Uint8Array();
  const field = fieldNames.leader;
  const { pending, dataToSign } = valueOf(
    await pades.run({
      do: 'prepareSignature',
      bytes: before,
      options: {
        field,
        certificates: [certificate, pki.subCa.certificate],
        signedAtMs: Date.now(),
        appearance: {
          kind: 'handwriting',
          png: handwriting(),
        },
      },
    }),
  );
  const value = valueOf(await session.sign(dataToSign, 'SHA-256'));
  const timestamp = undefined;
  const done = { do: 'completeSignature', before, pending, value, timestamp, field } as const;
  // The program gives `before` away as well; here the next round signs it again.
  const checked = valueOf(await pades.run({ ...done, ...judging(desk) }, [pending.bytes]));
  return checked.bytes;
}

async function verifyOnce(desk: Desk, path: string): Promise<void> {
  const { pades } = desk;
  const report = valueOf(await pades.run({ do: 'verify', bytes: read(path), ...judging(desk) }));
  const [signature] = report.signatures;
  if (signature?.integrity !== 'intact' || signature.trust !== 'unknown')
    throw new Error(`the signed scan is ${signature?.integrity}, ${signature?.trust}`);
}

function verifyByPeer(path: string): void {
  const said = execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8' });
  if (!said.includes('Signature is Valid')) throw new Error('pdfsig does not agree');
}

/** A key in a file with its certificate, for OpenSSL, and 32 bytes for the token. */
function preparePeer({ folder }: Desk): void {
  const subject = ['-subj', '/CN=Bench', '-days', '1'];
  const out = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...out];
  execFileSync('openssl', request, { stdio: 'ignore' });
  writeFileSync(join(folder, 'digest'), Buffer.alloc(32, 7));
}

function signByPeer({ folder, soft }: Desk, path: string): void {
  const key = ['-signer', join(folder, 'certificate.pem'), '-inkey', join(folder, 'key.pem')];
  const cms = ['cms', '-sign', '-binary', '-in', path, ...key, '-outform', 'DER'];
  execFileSync('openssl', [...cms, '-out', join(folder, 'peer.cms')], { stdio: 'ignore' });
  const login = ['--module', soft.modulePath, '--token-label', soft.label, '--pin', soft.pin];
  const mechanism = ['--sign', '--mechanism', 'SHA256-RSA-PKCS', '--id', '01'];
  const files = ['-i', join(folder, 'digest'), '-o', join(folder, 'peer.signature')];
  execFileSync('pkcs11-tool', [...login, ...mechanism, ...files], {
    env: { ...process.env, ...soft.env },
    stdio: 'ignore',
  });
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`signing: ${JSON.stringify(result.error)}`);
  return result.value;
}
