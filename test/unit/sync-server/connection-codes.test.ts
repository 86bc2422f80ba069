import { expect, test } from 'vitest';
import { readHubCode } from '@shared/relay/hub-code';
import { connectionCodes } from '../../../sync-server/src/features/hub/connection-codes';
import { sha256 } from '../../support/core-builders';

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
const address = (text: string, over: object = {}) => ({
  address: text,
  netmask: '255.255.255.0',
  family: 'IPv4' as const,
  mac: '00:00:00:00:00:00',
  internal: false,
  cidr: null,
  ...over,
});

test('§20: the ready line tells a code for each address of the office’s network, and workstations read it', () => {
  const interfaces = {
    lo: [address('127.0.0.1', { internal: true })],
    eth0: [address('192.168.1.10'), address('fe80::1', { family: 'IPv6', scopeid: 1 })],
    wlan0: [address('10.0.0.5')],
  };
  const codes = connectionCodes({ host: '0.0.0.0', port: 8788, fingerprint }, interfaces);
  expect(codes.map((code) => readHubCode(code, sha256))).toEqual([
    {
      state: 'whole',
      hub: { address: 'https://192.168.1.10:8788', fingerprint: 'ab'.repeat(32) },
    },
    { state: 'whole', hub: { address: 'https://10.0.0.5:8788', fingerprint: 'ab'.repeat(32) } },
  ]);
  const [only, ...others] = connectionCodes({ host: '10.0.0.5', port: 1, fingerprint }, interfaces);
  expect(others).toEqual([]);
  expect(only).toContain('https://10.0.0.5:1#');
});
