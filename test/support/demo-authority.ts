import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createDemoPki, toPem, type DemoAuthorities, type DemoPki } from './demo-pki';

/** A demo certification authority that publishes its revocation list, as a real one does. */
export interface DemoAuthority {
  readonly pki: DemoPki;
  /** PEM files for `TCV_TRUST_FOLDER`: the only place where the demo authority is trusted. */
  readonly trustFolder: string;
  /** Times the list was fetched. */
  readonly fetches: () => number;
  /** From now on the list names this certificate, revoked a minute ago. */
  readonly revoke: (serial: string) => void;
  readonly stop: () => Promise<void>;
}

const HOUR_MS = 3_600_000;

/**
 * @param folder keeps the authority's keys, so that one that is started again issues for the same root
 * @param port 0 for any; an authority that is to be found again needs a fixed one
 */
export async function startAuthority(folder: string, port = 0): Promise<DemoAuthority> {
  let list: Uint8Array = new Uint8Array();
  let fetches = 0;
  const server = createServer((_request, answer) => {
    fetches += 1;
    answer.end(Buffer.from(list));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const listening = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const pki = openPki(folder, `http://127.0.0.1:${listening}/sub.crl`);
  const publish = (revoked: readonly { readonly serial: string; readonly at: Date }[]): void => {
    list = pki.crl({
      thisUpdate: new Date(Date.now() - 1000),
      nextUpdate: new Date(Date.now() + 24 * HOUR_MS),
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

/** Keys of a demo protect nothing: they lie in the open beside its data. */
function openPki(folder: string, crlAddress: string): DemoPki {
  const path = join(folder, 'authorities.json');
  const authorities = existsSync(path) ? readAuthorities(path) : undefined;
  const pki = createDemoPki({ crlAddress, ...(authorities && { authorities }) });
  if (!authorities) {
    mkdirSync(folder, { recursive: true });
    const { root, subCa } = pki;
    writeFileSync(path, JSON.stringify({ root, subCa }, asBase64), { mode: 0o600 });
  }
  return pki;
}

const asBase64 = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;

const readAuthorities = (path: string): DemoAuthorities =>
  JSON.parse(readFileSync(path, 'utf8'), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'base64' in value
      ? new Uint8Array(Buffer.from(String(value.base64), 'base64'))
      : value,
  ) as DemoAuthorities;
