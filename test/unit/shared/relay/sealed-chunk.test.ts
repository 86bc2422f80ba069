import { createDecipheriv, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { SEAL_BYTES, sealedFile } from '@shared/relay/sealed-chunk';
import { sha256 } from '../../../support/core-builders';
import { cipher } from '../../../support/relay-office';

const deriveKey = (key: Uint8Array, info: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', info, 32));
const scopeKey = sha256(utf8('key of a scope'));
const name = toHex(sha256(utf8('a file')));
const file = sealedFile({ cipher, deriveKey }, scopeKey, name);

describe('chunks of a file on the way through a hub (§20)', () => {
  test('what was sealed is opened, and 16 bytes longer on the way', () => {
    const sealed = file.seal(7, utf8('tờ trình'));
    expect(sealed).toHaveLength(utf8('tờ trình').length + SEAL_BYTES);
    expect(file.open(7, sealed)).toEqual(utf8('tờ trình'));
  });

  test('the form on the way is fixed: HKDF key, chunk number as nonce, file and number authenticated', () => {
    const sealed = file.seal(0x01_02_03, utf8('tờ trình'));
    const key = Buffer.from(
      hkdfSync('sha256', scopeKey, '', `tram-cong-vu relay file ${name}`, 32),
    );
    const nonce = Buffer.from('000000000000000000010203', 'hex');
    const opener = createDecipheriv('aes-256-gcm', key, nonce);
    opener.setAAD(utf8(`${name}|66051`)).setAuthTag(sealed.subarray(-SEAL_BYTES));
    const opened = Buffer.concat([opener.update(sealed.subarray(0, -SEAL_BYTES)), opener.final()]);
    expect(opened.toString()).toBe('tờ trình');
  });

  test('I-18: another place, another file, another scope or a changed byte opens nothing', () => {
    const sealed = file.seal(7, utf8('tờ trình'));
    expect(file.open(8, sealed)).toBeUndefined();
    const other = sealedFile({ cipher, deriveKey }, scopeKey, toHex(sha256(utf8('another'))));
    expect(other.open(7, sealed)).toBeUndefined();
    const elsewhere = sealedFile({ cipher, deriveKey }, sha256(utf8('another scope')), name);
    expect(elsewhere.open(7, sealed)).toBeUndefined();
    const changed = sealed.with(0, (sealed[0] ?? 0) ^ 1);
    expect(file.open(7, changed)).toBeUndefined();
    expect(file.open(7, sealed.subarray(0, 3))).toBeUndefined();
  });

  test('two chunks of one file never look alike, even when they are', () => {
    expect(file.seal(0, utf8('same'))).not.toEqual(file.seal(1, utf8('same')));
  });
});
