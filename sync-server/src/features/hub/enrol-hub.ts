import type { Authority } from '@shared/protocol/relay-message';
import {
  freshIdentity,
  isEnrolled,
  readIdentity,
  writeIdentity,
  type EnrolledIdentity,
} from './hub-identity';
import { openAuthority, type HubAuthority } from './hub-authority';
import { askAuthority } from './hub-round';
import { createProvinceClient, enrolAt } from './province-client';

export interface HubWish {
  readonly province: string | undefined;
  readonly code: string | undefined;
  readonly name: string;
}

export interface EnrolledHub {
  readonly identity: EnrolledIdentity;
  readonly authority: HubAuthority;
}

/**
 * The hub that this folder is, or the one that a code makes of it (§20). Once enrolled it starts without the province; the
 * first time it does not start before it knows its office.
 */
export async function openHub(
  dataDir: string,
  wish: HubWish,
  nowMs: () => number,
  sinceBootMs: () => number,
): Promise<EnrolledHub> {
  const held = await readIdentity(dataDir);
  const identity = isEnrolled(held) ? held : await enrol(dataDir, wish);
  const authority = await openAuthority(dataDir, identity.device.officeId, {
    nowMs,
    sinceBootMs,
  });
  const isHub = (said: Authority | undefined): boolean =>
    said?.devices.some(
      ({ deviceId, kind }) => deviceId === identity.device.deviceId && kind === 'hub',
    ) ?? false;
  if (isHub(authority.find())) return { identity, authority };
  const reply = await askAuthority(createProvinceClient({ identity, nowMs }));
  const taken = reply.ok ? await authority.take(reply.value) : reply;
  if (!taken.ok) throw new Error(`the province gave no authority: ${taken.error.code}`);
  if (isHub(taken.value)) return { identity, authority };
  const { device: _, ...unenrolled } = identity;
  await writeIdentity(dataDir, unenrolled);
  throw new Error('the code that was used is not one for a hub: ask for another one');
}

/** The key is kept before it is shown: when the answer is lost, the same code with it gives the same device. */
async function enrol(
  dataDir: string,
  { province, code, name }: HubWish,
): Promise<EnrolledIdentity> {
  if (!province || !code)
    throw new Error('this hub is not enrolled: give --province <address> and --code <code> once');
  const held = await readIdentity(dataDir);
  const identity = { ...(held ?? freshIdentity({ province, name })), province, name };
  await writeIdentity(dataDir, identity);
  const enrolled = await enrolAt(identity, code);
  if (!enrolled.ok) throw new Error(`the province did not enrol this hub: ${enrolled.error.code}`);
  const { deviceId, inc, office } = enrolled.value;
  const whole = { ...identity, device: { deviceId, inc, officeId: office.id } };
  await writeIdentity(dataDir, whole);
  return whole;
}
