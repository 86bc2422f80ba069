import { createHash, randomUUID } from 'node:crypto';
import { expect } from '@playwright/test';
import type { User } from '@shared/domain/organ/user';
import { FileHash } from '@shared/kernel/ids';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import type { SyncReply } from '@shared/protocol/sync-message';
import {
  aNumberRequest,
  anIncomingRegistration,
  enrolTestDevice,
  overHttp,
  sha256,
  signedOperation,
  signIn,
  sync,
  type OperationWish,
  type SeededOffice,
} from '../../support/builders';
import type { TestServer } from '../../support/test-server';

/** Somebody of the office at another machine, speaking to the server without a screen; the clerk unless named. */
export async function anOwner(
  server: TestServer,
  seeded: SeededOffice,
  person: User = seeded.clerk,
) {
  const post = overHttp(server.address);
  const code = await server.admin().createActivationCode(seeded.office.id);
  const device = await enrolTestDevice(post, code);
  const { accessToken: token } = await signIn(post, device, person);

  async function act(wish: Omit<OperationWish, 'actor'>, status = 'applied'): Promise<void> {
    const ops = [signedOperation(device, { actor: person, ...wish })];
    const { results } = await sync(post, device, { token, ops });
    expect(results).toMatchObject([{ answer: 'final', outcome: { status } }]);
  }

  async function upload(bytes: Uint8Array): Promise<FileHash> {
    const hash = FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
    const send = async (method: string, path: string, body?: BodyInit) => {
      const headers = { authorization: `Bearer ${token}` };
      const url = `${server.address}/files/${hash}${path}`;
      const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
      expect([path, answer.ok]).toEqual([path, true]);
    };
    const announced = { sizeBytes: bytes.length, mime: 'application/pdf', prefix: null };
    await send('PUT', '', JSON.stringify(announced));
    await send('PUT', '/chunks', encodeChunk(0, bytes, sha256) as BodyInit);
    await send('POST', '/finish');
    return hash;
  }

  return {
    /** Registers a paper with files; it lies before the whole office. */
    async register(over: object, files: readonly Uint8Array[] = []): Promise<string> {
      const hashes = await Promise.all(files.map(upload));
      const attached = hashes.map((hash, i) => ({
        sha256: hash,
        name: `ban-quet-${i + 1}.pdf`,
        sizeBytes: files[i]?.length ?? 0,
        mime: 'application/pdf',
        role: i === 0 ? ('chinh' as const) : ('phuLuc' as const),
      }));
      const id = randomUUID();
      await act({
        kind: 'create',
        target: { type: 'incomingDocument', id },
        body: anIncomingRegistration(seeded, { ...over, files: attached }),
        files: hashes,
      });
      const ops = [aNumberRequest(device, seeded, id)];
      await sync(post, device, { token, ops });
      return id;
    },

    async openDossier(title: string, members: readonly User[]): Promise<string> {
      const id = randomUUID();
      const body = { organId: seeded.organ.id, title, members: members.map((one) => one.id) };
      await act({ kind: 'create', target: { type: 'dossier', id }, body });
      return id;
    },

    setMembers: (id: string, members: readonly User[]): Promise<void> =>
      act({
        kind: 'cmd.setMembers',
        target: { type: 'dossier', id },
        body: { members: members.map((one) => one.id) },
      }),

    move: (id: string, dossierId: string): Promise<void> =>
      act({
        kind: 'cmd.moveToDossier',
        target: { type: 'incomingDocument', id },
        body: { dossierId },
      }),

    /** A correction that comes after access was lost. */
    correctLate: (id: string, note: string): Promise<void> =>
      act(
        {
          kind: 'patch',
          target: { type: 'incomingDocument', id },
          body: { set: { note: { was: null, now: note } }, reason: 'Ghi bổ sung' },
        },
        'held',
      ),

    pull: (): Promise<SyncReply> => sync(post, device, { token }),
  };
}
