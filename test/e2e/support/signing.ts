import { createServer } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import type { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { createDemoPki, toPem, type DemoPki } from '../../support/demo-pki';
import type { SoftIdentity, SoftToken } from '../../support/soft-token';

/** A demo certification authority that publishes its revocation list, as a real one does. */
export interface DemoAuthority {
  readonly pki: DemoPki;
  /** PEM files for `TCV_TRUST_FOLDER`. */
  readonly trustFolder: string;
  /** Times the list was fetched. */
  readonly fetches: () => number;
  readonly revoke: (serial: string) => void;
  readonly stop: () => Promise<void>;
}

export async function startAuthority(folder: string): Promise<DemoAuthority> {
  let list: Uint8Array = new Uint8Array();
  let fetches = 0;
  const server = createServer((_request, answer) => {
    fetches += 1;
    answer.end(Buffer.from(list));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const pki = createDemoPki({ crlAddress: `http://127.0.0.1:${port}/sub.crl` });
  const hour = 3_600_000;
  const publish = (revoked: readonly { readonly serial: string; readonly at: Date }[]): void => {
    list = pki.crl({
      thisUpdate: new Date(Date.now() - 1000),
      nextUpdate: new Date(Date.now() + 24 * hour),
      revoked,
    });
  };
  publish([]);
  const trustFolder = join(folder, 'trust');
  mkdirSync(trustFolder, { recursive: true });
  writeFileSync(join(trustFolder, 'root.pem'), toPem('CERTIFICATE', pki.root.certificate));
  writeFileSync(join(trustFolder, 'sub.pem'), toPem('CERTIFICATE', pki.subCa.certificate));
  return {
    pki,
    trustFolder,
    fetches: () => fetches,
    revoke: (serial) => publish([{ serial, at: new Date(Date.now() - 60_000) }]),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a PC needs to see a soft token and to trust the demo authority. */
export const tokenEnv = (
  { modulePath, env }: Pick<SoftToken, 'modulePath' | 'env'>,
  authority: Pick<DemoAuthority, 'trustFolder'>,
): Readonly<Record<string, string>> => ({
  ...env,
  TCV_PKCS11_MODULES: modulePath,
  TCV_TRUST_FOLDER: authority.trustFolder,
});

/** The record by which an identity on a token may sign for a person or seal for an organ. */
export const registration = (
  identity: SoftIdentity,
  rest: Pick<SigningCertificate, 'officeId' | 'owner' | 'holderName' | 'picture'>,
): SigningCertificate => ({
  id: randomUUID(),
  thumbprint: identity.thumbprint,
  active: true,
  ...rest,
});

/** Presses what opens the signing window and gives the window. */
export async function openSigning(
  app: ElectronApplication,
  press: () => Promise<void>,
): Promise<Page> {
  const [window] = await Promise.all([app.waitForEvent('window'), press()]);
  await window.waitForLoadState();
  await expect(window.getByText(/Văn bản cần ký/)).toBeVisible({ timeout: 20_000 });
  return window;
}

/** Waits until the pages of the shown document are drawn, as a person would. */
export const waitForPages = (window: Page): Promise<void> =>
  expect(window.locator('canvas[data-drawn="true"]').first()).toBeVisible({ timeout: 30_000 });

/** Opens every document of the window, from the first to the last. */
export async function readAll(window: Page): Promise<void> {
  const titles = window.getByRole('button').filter({ hasText: /Đã xem|Chưa xem/ });
  for (const one of await titles.all()) {
    await one.click();
    await waitForPages(window);
  }
}

/** Types the PIN and presses the button. */
export async function signAll(window: Page, pin: string): Promise<void> {
  const field = window.getByLabel('Mã PIN của thiết bị');
  await expect(field).toBeVisible({ timeout: 20_000 });
  await field.fill(pin);
  await field.press('Enter');
}
