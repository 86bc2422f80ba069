import type { NetworkInterfaceInfo } from 'node:os';
import { hubCode } from '@shared/relay/hub-code';
import { sha256 } from '../../platform';

const ANYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * "Mã kết nối trạm" for each address at which workstations may reach this hub: the one it listens on, or every address of
 * the machine in the office's network (§20).
 *
 * @param fingerprint SHA-256 of the certificate, in pairs of digits or without
 */
export function connectionCodes(
  {
    host,
    port,
    fingerprint,
  }: { readonly host: string; readonly port: number; readonly fingerprint: string },
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly string[] {
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [address] : []));
  const hosts = ANYWHERE.has(host) ? own : [host.includes(':') ? `[${host}]` : host];
  const digits = fingerprint.replaceAll(':', '').toLowerCase();
  return hosts.map((at) =>
    hubCode({ address: `https://${at}:${port}`, fingerprint: digits }, sha256),
  );
}
