import { mkdirSync } from 'node:fs';
import type { User } from '@shared/domain/organ/user';
import { PASSWORD } from '../../support/builders';
import { startAuthority } from '../../support/demo-authority';
import {
  approveDocument,
  overServer,
  seedDispatchOffice,
  upload,
  type DispatchOffice,
} from '../../support/dispatch-office';
import { buildFaultModule, createFaultControl } from '../../support/fault-module';
import { createSoftToken } from '../../support/soft-token';
import type { TestServer } from '../../support/test-server';
import { fixture, prepared } from '../../unit/shared/pades/helpers';
import { openOutgoing } from './drafting';
import { registration, tokenEnv } from './signing';
import { enrol, signIn, type OpenedPc, type TestPc } from './workstation';

/** A PIN that stands nowhere else in the world. */
export const FAULTY_PIN = '83017462';

/** An office with so many documents that wait for the chairman. */
export async function waitingForChairman(
  server: TestServer,
  code: string,
  count: number,
): Promise<DispatchOffice> {
  const node = overServer(server);
  const office = await seedDispatchOffice(node, code);
  const draft = prepared(fixture('chromium-draft.pdf'));
  for (let i = 0; i < count; i++) await approveDocument(node, office, { to: [office], pdf: draft });
  await upload(node, office, draft);
  return office;
}

/** The chairman's token behind the module that misbehaves. */
export async function aFaultyToken(
  folder: string,
  server: TestServer,
  { office, chairman }: DispatchOffice,
) {
  mkdirSync(folder, { recursive: true });
  const authority = await startAuthority(folder);
  const soft = createSoftToken({
    folder,
    pki: authority.pki,
    pin: FAULTY_PIN,
    identities: [{ commonName: chairman.fullName }],
  });
  const [own] = soft.identities;
  if (!own) throw new Error('the token has an identity');
  await server.admin().upsertSigningCertificate(
    registration(own, {
      officeId: office.id,
      owner: { kind: 'person', userId: chairman.id },
      holderName: chairman.fullName,
      picture: null,
    }),
  );
  const fault = createFaultControl({ folder, target: soft.modulePath });
  const env = {
    ...tokenEnv({ ...soft, modulePath: buildFaultModule(folder) }, authority),
    ...fault.env,
    TCV_TOKEN_LIMIT_MS: '4000',
  };
  return { authority, fault, env };
}

export async function openAs(
  pc: TestPc,
  server: TestServer,
  { office }: DispatchOffice,
  user: User,
): Promise<OpenedPc> {
  const opened = await pc.open();
  const code = await server.admin().createActivationCode(office.id);
  await enrol(opened.page, server.address, code, 'Máy lãnh đạo');
  await signIn(opened.page, user.login, PASSWORD);
  await openOutgoing(opened.page);
  return opened;
}
