import { expect, test } from 'vitest';
import { readConfig } from '../../../sync-server/src/config';

test('nothing set gives a server on this machine alone, on its own database', () => {
  const config = readConfig({ HOME: '/home/can-bo' });

  expect(config).toMatchObject({
    port: 8787,
    host: '127.0.0.1',
    databaseUrl: undefined,
    tls: undefined,
    rate: { burst: 60, perSecond: 20 },
  });
  expect(config.dataDir).toMatch(/tram-cong-vu\/server$/);
});

test('an empty setting counts as not given', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({
    port: 8787,
    databaseUrl: undefined,
  });
});

test('every problem is listed at once', () => {
  const wrong = () =>
    readConfig({
      PORT: '70000',
      DATABASE_URL: 'mysql://x',
      LOG_LEVEL: 'loud',
      TLS_CERT: '/no.pem',
    });

  expect(wrong).toThrow(/PORT: .*\n.*DATABASE_URL: must begin with postgres:\/\/.*\n.*LOG_LEVEL/);
  expect(wrong).toThrow('TLS_CERT: cannot read /no.pem');
});

test('a certificate without its key is refused', () => {
  expect(() => readConfig({ TLS_CERT: '/etc/hostname' })).toThrow(
    'TLS_CERT and TLS_KEY are given together',
  );
});

test('sync §20: --relay makes a hub that is there for its office, enrolled by options or settings', () => {
  const args = ['--relay', '--province', 'https://tinh.example', '--code', 'ABCD-EFGH'];
  const config = readConfig({ HOME: '/home/can-bo', HUB_NAME: 'Trạm xã' }, args);

  expect(config).toMatchObject({
    host: '0.0.0.0',
    hub: {
      province: 'https://tinh.example',
      code: 'ABCD-EFGH',
      name: 'Trạm xã',
      isPlainHttp: false,
    },
  });
  expect(config.dataDir).toMatch(/tram-cong-vu\/hub$/);
  expect(readConfig({ HOME: '/home/can-bo' }).hub).toBeUndefined();
  expect(() => readConfig({}, ['--relay', '--province', 'tinh'])).toThrow('PROVINCE_URL');
});
