import { expect, test } from 'vitest';
import { localRoutes } from '../../../sync-server/src/features/hub/local-routes';

test('I-13: who does not hold the key of this start learns nothing of the hub and moves nothing', async () => {
  const asked: string[] = [];
  const note = (what: string) => () => {
    asked.push(what);
    return Promise.reject(new Error('not to be asked'));
  };
  const app = localRoutes({
    key: 'of-this-start',
    figures: note('figures'),
    moving: { save: note('save'), take: note('take') },
    kept: () => void asked.push('kept'),
  });
  const routes = [
    ['GET', '/figures'],
    ['POST', '/save'],
    ['POST', '/take'],
    ['POST', '/stop'],
  ] as const;
  for (const authorization of ['', 'Bearer ', 'Bearer of-this-starT', 'Bearer of-this-start-']) {
    for (const [method, path] of routes) {
      const answered = await app.request(path, { method, headers: { authorization } });
      expect([path, answered.status]).toEqual([path, 401]);
    }
  }
  expect(asked).toEqual([]);
  await app.request('/figures', { headers: { authorization: 'Bearer of-this-start' } });
  expect(asked).toEqual(['figures']);
});
