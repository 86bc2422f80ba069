import { expect, test } from 'vitest';
import { runAudit } from '../../../tools/audit';
import { seedOffice } from '../../support/builders';
import { aTestNode, createTestDatabase } from '../../support/test-database';

test('cli audit check: 0 when the server’s chain is whole, 1 when an entry was changed, 2 without a server', async () => {
  const own = await createTestDatabase();
  const there = await aTestNode(own);
  await seedOffice(there.admin);
  const check = () => runAudit(['check', '--json', '--database', own.connectionString]);
  const whole = await check();
  await own.db.query('alter table audit disable trigger all');
  await own.db.query(`update audit set event = 'x' where n = 2`);
  const changed = await check();
  await own.drop();

  expect([whole, changed, await check()]).toEqual([0, 1, 2]);
});
