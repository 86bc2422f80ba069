import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { readMachineType } from '../../../../src/main/features/signing/machine-type';
import { findTokenModules } from '../../../../src/main/features/signing/token-modules';
import { readSettings } from '../../../../src/main/platform/settings';
import { findSoftHsm } from '../../../support/soft-token';

const NAME = 'C_GetFunctionList';

/** The first bytes of an ELF shared object, and the name that every driver exports. */
function elf(machine: number, elfClass = 2, name = NAME): Uint8Array {
  const head = Buffer.alloc(64);
  head.set([0x7f, 0x45, 0x4c, 0x46, elfClass, 1]);
  head.writeUInt16LE(machine, 18);
  return Buffer.concat([head, Buffer.from(name)]);
}

function pe(machine: number): Uint8Array {
  const head = Buffer.alloc(0x90);
  head.write('MZ');
  head.writeUInt32LE(0x80, 0x3c);
  head.write('PE\0\0', 0x80, 'latin1');
  head.writeUInt16LE(machine, 0x84);
  return Buffer.concat([head, Buffer.from(NAME)]);
}

const x64 = elf(62);
const system = { configured: [], platform: 'linux', arch: 'x64', systemRoot: undefined };
const files = (there: Readonly<Record<string, Uint8Array>>) => (path: string) =>
  Promise.resolve(there[path]);
const trouble = (moduleId: string, why: string) => ({
  moduleId,
  failure: { code: 'token.driver-unusable', moduleId, why },
});

test('K-1: the machine of a file is read from its header', () => {
  expect(readMachineType(x64)).toEqual({ system: 'linux', arch: 'x64' });
  expect(readMachineType(elf(3, 1))).toEqual({ system: 'linux', arch: 'ia32' });
  expect(readMachineType(elf(62, 1))).toEqual({ system: 'linux', arch: 'other' });
  expect(readMachineType(pe(0x8664))).toEqual({ system: 'win32', arch: 'x64' });
  expect(readMachineType(pe(0x14c))).toEqual({ system: 'win32', arch: 'ia32' });
  expect(readMachineType(Buffer.from('MZ'))).toBeUndefined();
  expect(readMachineType(new Uint8Array(0))).toBeUndefined();
  expect(readMachineType(Buffer.from('#!/bin/sh\n'.repeat(9)))).toBeUndefined();
});

test('K-1: the setting comes first, then the known drivers that are there', async () => {
  const opensc = '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so';
  const readDriver = files({ '/opt/hsm.so': x64, [opensc]: x64 });

  const found = await findTokenModules({ ...system, configured: ['/opt/hsm.so'], readDriver });

  expect(found).toEqual({
    usable: [
      { id: 'hsm.so', path: '/opt/hsm.so' },
      { id: 'opensc', path: opensc },
    ],
    troubles: [],
  });
});

test('K-1: on Windows known drivers lie in System32', async () => {
  const path = 'D:\\Win\\System32\\opensc-pkcs11.dll';
  const readDriver = files({ [path]: pe(0x8664) });

  const found = await findTokenModules({
    ...system,
    platform: 'win32',
    systemRoot: 'D:\\Win',
    readDriver,
  });

  expect(found.usable).toEqual([{ id: 'opensc', path }]);
});

test.each([
  ['is missing', undefined, 'missing'],
  ['is 32-bit', elf(3, 1), 'is32Bit'],
  ['is of another system', pe(0x8664), 'otherMachine'],
  ['exports no PKCS#11', elf(62, 2, 'something_else'), 'noEntryPoint'],
])('K-1: a configured driver that %s is named and never loaded', async (_kind, file, why) => {
  const readDriver = files(file ? { '/opt/a.so': file } : {});

  const found = await findTokenModules({ ...system, configured: ['/opt/a.so'], readDriver });

  expect(found).toEqual({ usable: [], troubles: [trouble('a.so', why)] });
});

test('two configured drivers of one file name keep two names', async () => {
  const readDriver = files({ '/a/p11.so': x64, '/b/p11.so': x64 });

  const found = await findTokenModules({
    ...system,
    configured: ['/a/p11.so', '/b/p11.so'],
    readDriver,
  });

  expect(found.usable.map(({ id }) => id)).toEqual(['p11.so', 'p11.so#2']);
});

test('K-1: SoftHSM comes in by the setting alone', async () => {
  const all = await findTokenModules({ ...system, readDriver: () => Promise.resolve(x64) });

  expect(all.usable.length).toBeGreaterThan(2);
  expect(all.usable.some(({ path }) => /softhsm/i.test(path))).toBe(false);
});

test.skipIf(!findSoftHsm())('K-1: a real driver of this machine is usable', async () => {
  const path = findSoftHsm() ?? '';

  const found = await findTokenModules({ ...system, arch: process.arch, configured: [path] });

  expect(found.usable[0]).toEqual({ id: 'libsofthsm2.so', path });
});

test('the setting holds several paths, separated as this system does', () => {
  const environment = { TCV_PKCS11_MODULES: ['/a.so', '/b.so'].join(delimiter) };

  expect(readSettings(environment).pkcs11Modules).toEqual(['/a.so', '/b.so']);
  expect(readSettings({}).pkcs11Modules).toEqual([]);
});
