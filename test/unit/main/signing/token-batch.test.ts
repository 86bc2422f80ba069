import { expect, test } from 'vitest';
import { utf8 } from '@shared/kernel/bytes';
import { toPem, type DemoIdentity } from '../../../support/demo-pki';
import { anOffice } from '../../shared/pades/helpers';
import { aSigningWorld, readyPdf } from './signing-world';
import { aDevice, aWorld, isSkipped, RSA, type SoftDevice } from './token-world';

const device = await aDevice();
const real = test.skipIf(isSkipped);
const moduleId = 'fault';
const failure = (code: string, more: object = {}) => ({ ok: false, error: { code, ...more } });

/** Papers of the chairman, whose key lies on the token behind the fault module: real processes, the module counts. */
async function aBatch(count: number, limits = {}, given: SoftDevice | undefined = device) {
  if (!given) throw new Error('a skipped test asks for a token');
  const { fault, token } = aWorld(given, { limits });
  const leader = identityOf(given.soft.identities[RSA]?.certificate);
  const world = await aSigningWorld(anOffice({ pki: given.pki, leader }), { tokenPort: token });
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push(await world.addDocument(readyPdf));
  world.begin('leader', ids);
  const press = (typed: string) => world.signAll(leader, ids, { pin: utf8(typed) });
  return {
    ...world,
    ids,
    fault,
    press,
    pin: given.soft.pin,
    logins: () => fault.calls('C_Login').length,
    savedFor: () => world.saved.map(({ target }) => target.id),
  };
}

/** The token keeps the key; nothing here asks for the serial. */
const identityOf = (certificate: Uint8Array = new Uint8Array()): DemoIdentity => ({
  certificate,
  certificatePem: toPem('CERTIFICATE', certificate),
  privateKeyPem: '',
  serial: '',
});

real(
  'K-8: fifty papers with a wrong PIN are exactly one C_Login, as the module counts; the right one signs them all with one more',
  { timeout: 120_000 },
  async () => {
    const { press, pin, logins, fault, states, ids, savedFor } = await aBatch(50);

    expect(await press('000000')).toEqual(failure('token.pin-wrong', { pin: 'countLow' }));
    expect([logins(), fault.calls('C_Sign').length]).toEqual([1, 0]);
    expect(states()).toEqual(ids.map(() => 'waiting'));

    expect(await press(pin)).toEqual({ ok: true, value: { signed: 50 } });
    expect([logins(), fault.calls('C_Sign').length]).toEqual([2, 50]);
    expect(savedFor()).toEqual(ids);
  },
);

real.each([
  ['K-4, S-17: a token pulled out', 'fail C_Sign 10 0x32', failure('token.removed')],
  [
    'A-2, S-17: a driver that crashes',
    'crash C_Sign 10',
    failure('token.result-unknown', { moduleId }),
  ],
  [
    'A-2, S-17: a driver that falls silent',
    'sleep C_Sign 10 600000',
    failure('token.result-unknown', { moduleId }),
  ],
])(
  '%s at the tenth of sixteen papers pauses the batch; it goes on with a new PIN, each paper once',
  { timeout: 120_000 },
  async (_what, fault, told) => {
    const batch = await aBatch(16, { sign: 3_000 });
    batch.fault.set(fault);

    expect(await batch.press(batch.pin)).toEqual(told);
    expect(batch.savedFor()).toEqual(batch.ids.slice(0, 9));
    expect(batch.states().filter((state) => state === 'signed')).toHaveLength(9);
    batch.fault.set();

    expect(await batch.press(batch.pin)).toEqual({ ok: true, value: { signed: 7 } });
    expect(batch.savedFor().toSorted()).toEqual(batch.ids.toSorted());
    expect(batch.logins()).toBe(2);
  },
);
