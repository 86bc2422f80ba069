import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';
import type { DemoPki } from '../../test/support/demo-pki';
import { createSoftToken, findSoftHsm, type SoftToken } from '../../test/support/soft-token';
import { demoRegistration } from './demo-signing';
import { organOf, personOf, type DemoOffice } from './province';

/** Two USB tokens of a commune, played by SoftHSM: the chairman's own and the organ's, which văn thư keeps. */
export interface DemoTokens {
  readonly leader: SoftToken;
  readonly clerk: SoftToken;
}

export interface DemoTokensRequest {
  readonly pki: DemoPki;
  readonly admin: Admin;
  readonly demo: DemoOffice;
  /** One folder is one USB port: tokens in the same folder are plugged in side by side. */
  readonly folders: { readonly leader: string; readonly clerk: string };
}

/** Makes the tokens and registers their certificates; keeps those of an earlier start. Undefined without SoftHSM. */
export async function openDemoTokens(request: DemoTokensRequest): Promise<DemoTokens | undefined> {
  if (!findSoftHsm()) return undefined;
  const { demo, folders } = request;
  const chairman = personOf(demo, 'chutich');
  const organ = organOf(demo, 'UBND');
  const leader = await openToken(request, {
    folder: folders.leader,
    label: 'CHU TICH',
    holderName: chairman.fullName,
    owner: { kind: 'person', userId: chairman.id },
  });
  const clerk = await openToken(request, {
    folder: folders.clerk,
    label: 'CON DAU UBND',
    holderName: organ.name,
    owner: { kind: 'organ', organId: organ.id },
  });
  return { leader, clerk };
}

/** PIN of both; it protects nothing real. */
const DEMO_PIN = '24681357';

interface TokenPlan {
  readonly folder: string;
  readonly label: string;
  readonly holderName: string;
  readonly owner: Parameters<typeof demoRegistration>[1]['owner'];
}

async function openToken(
  { pki, admin, demo }: DemoTokensRequest,
  { folder, label, holderName, owner }: TokenPlan,
): Promise<SoftToken> {
  const path = join(folder, `${label}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as SoftToken;
  mkdirSync(folder, { recursive: true });
  const token = createSoftToken({
    folder,
    pki,
    label,
    pin: DEMO_PIN,
    identities: [{ commonName: holderName, organization: `${demo.office.name} (TRÌNH DIỄN)` }],
  });
  const officeId = demo.office.id;
  for (const { certificate } of token.identities) {
    await admin.upsertSigningCertificate(
      demoRegistration(certificate, { officeId, owner, holderName }),
    );
  }
  writeFileSync(path, JSON.stringify(token));
  return token;
}
