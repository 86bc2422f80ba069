import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { Office } from '@shared/domain/organ/organ';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { DeviceId } from '@shared/kernel/ids';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { Box } from '../../platform/keyring';

/** What makes this installation a device of one office; sealed by the workstation's key. */
const StoredDevice = z.object({
  version: z.literal(1),
  deviceId: DeviceId,
  deviceName: z.string(),
  serverAddress: z.string(),
  office: Office,
  /** SPKI DER of the province's Ed25519 key, base64; missing on machines enrolled before orders were signed. */
  provinceKey: z.base64().optional(),
  /** PKCS#8 DER, base64. */
  privateKey: z.base64(),
});
type StoredDevice = z.infer<typeof StoredDevice>;

export interface Device {
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly serverAddress: string;
  readonly office: Office;
  /** SPKI DER, base64: what is an order of the province is signed by it. */
  readonly provinceKey?: string | undefined;
  /** Ed25519 by the device key, 64 bytes. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

export interface NewDeviceKey {
  /** SPKI DER, base64. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

export function createDeviceKey(): NewDeviceKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    privateKey,
  };
}

/** The device's identity on disk, `device.bin`. */
export function createDeviceStore(folder: string, box: Box) {
  const path = join(folder, 'device.bin');
  return {
    /** Throws when the file was sealed elsewhere: the profile was copied from another machine. */
    async find(): Promise<Device | undefined> {
      const sealed = await readIfThere(path);
      if (!sealed) return undefined;
      const opened = box.open(sealed);
      if (!opened) throw new Error('the device identity was sealed on another machine');
      return deviceFrom(StoredDevice.parse(JSON.parse(fromUtf8(opened))));
    },
    async save(device: Omit<Device, 'sign'>, key: KeyObject): Promise<Device> {
      const stored: StoredDevice = {
        version: 1,
        ...device,
        privateKey: key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      };
      await writeDurably(path, box.seal(utf8(JSON.stringify(stored))));
      return deviceFrom(stored);
    },
  };
}

export type DeviceStore = ReturnType<typeof createDeviceStore>;

function deviceFrom({
  privateKey,
  deviceId,
  deviceName,
  serverAddress,
  office,
  provinceKey,
}: StoredDevice): Device {
  const key = createPrivateKey({
    key: Buffer.from(privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    deviceId,
    deviceName,
    serverAddress,
    office,
    provinceKey,
    sign: (bytes) => sign(null, bytes, key),
  };
}
