import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { utf8 } from '@shared/kernel/bytes';
import type { FileHash, OfficeId, OrganId, UserId } from '@shared/kernel/ids';
import { Redacted } from '@shared/kernel/redacted';
import type { Result } from '@shared/kernel/result';
import { createContentStore } from '../../src/main/features/files/content-store';
import type { PadesWorker } from '../../src/main/features/signing/pades-worker-pool';
import { signInStep } from '../../src/main/features/signing/sign-in-step';
import {
  prepareOne,
  signOne,
  signPrepared,
  type OneSignature,
} from '../../src/main/features/signing/sign-one';
import type { TokenPort, TokenSession } from '../../src/main/features/signing/token-port';
import { toPem, type DemoPki } from '../../test/support/demo-pki';
import type { SoftToken } from '../../test/support/soft-token';
import { systemClock } from '../../src/main/platform/system';
import { quantile, timed, type Row } from './row';

const PAPERS = 50;
const ROUNDS = 3;
/** As many bytes as the signed attributes of one signature have. */
const ATTRIBUTES = Buffer.alloc(250, 7);

export interface BatchDesk {
  readonly folder: string;
  readonly pki: DemoPki;
  readonly soft: SoftToken;
  readonly pades: PadesWorker;
  readonly token: TokenPort;
  /** A prepared draft of 1 MB. */
  readonly draft: Uint8Array<ArrayBuffer>;
  readonly picture: Uint8Array;
}

/**
 * Fifty papers of 1 MB with one login, in at most twice the token's own time and 20 ms a paper. Each
 * is read from the encrypted store, judged, signed, judged again and flushed into the store, in step as the program does it; beside
 * it one login and fifty signatures of the same token, through the same process, and the same papers one after the other,
 * all three in turns. The signing log and the journal are not in it.
 */
export async function benchBatch(desk: BatchDesk): Promise<readonly Row[]> {
  const files = createContentStore(join(desk.folder, 'batch'), randomBytes(32));
  const shown: FileHash[] = [];
  for (let i = 0; i < PAPERS; i++) shown.push(valueOf(await files.put(numbered(desk.draft, i))));
  const deps = {
    files,
    pades: desk.pades,
    clock: systemClock,
    fonts: () => Promise.reject(new Error('a leader writes no text')),
  };
  const together = { ours: [] as number[], floor: [] as number[] };
  const alone = [] as number[];
  for (let round = 0; round < ROUNDS; round++) {
    together.floor.push(
      await inSession(desk, async (session) => {
        for (let i = 0; i < PAPERS; i++) valueOf(await session.sign(ATTRIBUTES, 'SHA-256'));
      }),
    );
    together.ours.push(
      await inSession(desk, async (session) => {
        const done = await signInStep(shown, {
          prepare: (sha256) => prepareOne(deps, oneOf(desk, sha256)),
          sign: (_, prepared) => signPrepared(deps, session, valueOf(prepared)),
          keep: async (_, keep) => void valueOf(await keep()),
          fail: (_, why) => valueOf(why),
          isOver: () => false,
          isLeftOut: () => false,
          isLarge: () => false,
        });
        valueOf(done);
      }),
    );
    alone.push(
      await inSession(desk, async (session) => {
        for (const sha256 of shown) valueOf(await signOne(deps, session, oneOf(desk, sha256)));
      }),
    );
  }
  const row = { unit: 'ms', ours: quantile(together.ours, 0.5), count: ROUNDS } as const;
  const token = quantile(together.floor, 0.5);
  return [
    {
      ...row,
      figure: `a batch of ${PAPERS} × 1 MB, p50`,
      floor: token,
      floorIs: `one login and ${PAPERS} × C_Sign on the same token`,
      budget: Math.round(2 * token + 20 * PAPERS),
    },
    {
      ...row,
      figure: `a batch of ${PAPERS} × 1 MB, p50`,
      floor: quantile(alone, 0.5),
      floorIs: 'the same papers one after the other',
    },
  ];
}

/** The scan with another grain: its picture is noise, so a pixel in the middle makes another file. */
function numbered(draft: Uint8Array<ArrayBuffer>, i: number): Uint8Array<ArrayBuffer> {
  const copy = draft.slice();
  copy[copy.length >> 1] = i;
  return copy;
}

/** A leader's signature with a picture, without a timestamp. */
function oneOf({ pki, soft, picture }: BatchDesk, shown: FileHash): OneSignature {
  const signerUserId = randomUUID() as UserId;
  const certificate: SigningCertificate = {
    id: randomUUID(),
    officeId: randomUUID() as OfficeId,
    thumbprint: soft.identities[0]?.thumbprint ?? '',
    owner: { kind: 'person', userId: signerUserId },
    holderName: 'Nguyễn Văn Mẫu',
    active: true,
    picture: { png: Buffer.from(picture).toString('base64'), widthMm: 45 },
  };
  const document: OneSignature['document'] = {
    record: { type: 'outgoingDocument', id: randomUUID() },
    more: {},
    state: 'choKy',
    title: 'Công văn',
    organId: randomUUID() as OrganId,
    place: 'Xã Mẫu',
    finalPdf: null,
    codeNumber: null,
    codeDisplay: null,
    issuedDate: null,
    reviews: [],
    signerUserId,
    signerName: 'Nguyễn Văn Mẫu',
    signerPosition: 'Chủ tịch',
    isDigitised: false,
    mainPdf: null,
    corner: undefined,
  };
  return {
    intent: 'leader',
    document,
    corner: undefined,
    shown,
    certificate,
    registered: [certificate],
    chain: [soft.identities[0]?.certificate ?? new Uint8Array(), pki.subCa.certificate],
    trustPem: [pki.root.certificatePem, toPem('CERTIFICATE', pki.subCa.certificate)],
    stamper: undefined,
  };
}

/** Milliseconds from the login to the logout. */
const inSession = (
  { token, soft }: BatchDesk,
  work: (session: TokenSession) => Promise<void>,
): Promise<number> =>
  timed(async () => {
    const thumbprint = soft.identities[0]?.thumbprint ?? '';
    const session = valueOf(await token.openSession(thumbprint, new Redacted(utf8(soft.pin))));
    await work(session);
    await session.close();
  });

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`signing: ${JSON.stringify(result.error)}`);
  return result.value;
}
