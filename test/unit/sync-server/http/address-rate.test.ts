import { expect, test } from 'vitest';
import { OfficeId } from '@shared/kernel/ids';
import { ok } from '@shared/kernel/result';
import { anId, sample } from '../../../support/core-builders';
import { keySessionRoutes } from '../../../../sync-server/src/features/session/session-routes';
import { ADDRESS_RATE, createRateLimiter } from '../../../../sync-server/src/http/limits';

/** The province's door for machines without a token, which come from one address, and time that passes when told. */
function aDoor() {
  let now = 0;
  const routes = keySessionRoutes({
    sessions: {
      challenge: () => Promise.resolve({ nonce: 'n', serverTime: now }),
      renew: () =>
        Promise.resolve(
          ok({
            accessToken: 't',
            expiresIn: 900,
            user: null,
            officeId: OfficeId.parse(sample.officeId),
            serverTime: now,
          }),
        ),
    },
    rate: createRateLimiter(ADDRESS_RATE, () => now),
    addressOf: () => '192.0.2.1',
  });
  const post = async (path: string, body: object): Promise<boolean> => {
    const answer = await routes.request(path, { method: 'POST', body: JSON.stringify(body) });
    return answer.status === 200;
  };
  const proof = { deviceId: anId(6, 1), nonce: 'n', deviceProof: 'p', user: null };
  return {
    pass: (ms: number) => void (now += ms),
    challenge: () => post('/session/challenge', { deviceId: anId(6, 1) }),
    renew: () => post('/session/renew', proof),
  };
}

test('I-22: machines of one address that ask too often come through one after another, not never', async () => {
  const { pass, challenge, renew } = aDoor();
  while (await challenge());

  let through = 0;
  for (let tries = 0; tries < 200; tries++) {
    pass(50);
    if ((await challenge()) && (await renew())) through += 1;
  }

  expect(through).toBe(10 * ADDRESS_RATE.perSecond);
});
