import { join } from 'node:path';
import { expect } from 'vitest';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';
import { Authority, AuthorityReply } from '@shared/protocol/relay-message';
import { enrolTestDevice, overHttp, PASSWORD, signIn, type SeededOffice } from './builders';
import { aListeningNode, type ListeningNode } from './listening-node';
import { startOfficeHub, type OfficeHub } from './office-hub';
import { startOfficePc, type OfficePc, type PcOptions } from './office-pc';
import { temporaryFolder } from './temporary-folder';
import { createTestDatabase } from './test-database';

/** A province that can go away and come back under its address, for offices with a hub. */
export async function startProvince() {
  const database = await createTestDatabase();
  let node: ListeningNode = await aListeningNode(database);

  async function aPc(
    { office }: SeededOffice,
    login: string,
    options: Partial<PcOptions> = {},
  ): Promise<OfficePc> {
    const pc = await startOfficePc({ folder: join(temporaryFolder(), login), ...options });
    const code = await node.admin.createActivationCode(office.id);
    await pc.ask('session.enrol', { address: node.address, code, deviceName: `Máy ${login}` });
    await pc.signIn(login, PASSWORD);
    await pc.until(({ connection, matchedAt }) => connection === 'online' && matchedAt !== null);
    return pc;
  }

  /** What the province tells a hub of the office now. */
  async function authorityOf({ office, clerk }: SeededOffice): Promise<AuthorityReply> {
    const post = overHttp(node.address);
    const code = await node.admin.createActivationCode(office.id, 1, {}, 'hub');
    const { accessToken } = await signIn(post, await enrolTestDevice(post, code), clerk);
    const reply = await fetch(`${node.address}/relay/authority`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    return AuthorityReply.parse(await reply.json());
  }

  return {
    admin: (): Admin => node.admin,
    address: () => node.address,
    db: database.db,
    aPc,

    /** A hub that these people meet at their PCs; all were told of one another. */
    async aHubFor(office: SeededOffice, people: ReadonlyMap<OfficePc, string>): Promise<OfficeHub> {
      const reply = await authorityOf(office);
      const hub = await startOfficeHub(office.office.id, reply);
      const { issuedAt } = Authority.parse(JSON.parse(reply.authority.text));
      for (const [pc, login] of people) {
        await pc.ask('session.signOut', undefined);
        await pc.signIn(login, PASSWORD);
        const view = await pc.ask('hub.connect', { code: hub.code });
        expect(view?.status).toMatchObject({ isAnswering: true, problem: null });
        const toldAt = async (): Promise<number> =>
          Date.parse((await pc.ask('hub.describe', undefined))?.authorityAt ?? '') || 0;
        await expect.poll(toldAt, { timeout: 20_000 }).toBeGreaterThan(issuedAt);
      }
      return hub;
    },

    async cut(...pcs: readonly OfficePc[]): Promise<void> {
      await node.die();
      for (const pc of pcs) await pc.until(({ connection }) => connection === 'offline');
    },
    async comeBack(): Promise<void> {
      await node.die();
      node = await aListeningNode(database, { port: node.port });
    },
    async stop(): Promise<void> {
      await node.die();
      await database.drop();
    },
  };
}
