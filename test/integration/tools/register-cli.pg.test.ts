import { expect, test } from 'vitest';
import { runRegister } from '../../../tools/register';
import { seedOffice } from '../../support/builders';
import { aTestNode, createTestDatabase } from '../../support/test-database';

test('cli register check: 0 when every register is whole, 1 when a row is missing, 2 without a database', async () => {
  const own = await createTestDatabase();
  const there = await aTestNode(own);
  const office = await seedOffice(there.admin);
  const check = (...args: readonly string[]) => runRegister(['check', '--json', ...args]);
  const whole = await check('--database', own.connectionString);
  await own.db.query('update register set next_number = 2 where id = $1', [office.register.id]);
  const gap = await check('--database', own.connectionString);
  await own.drop();

  expect([whole, gap, await runRegister(['chekc'])]).toEqual([0, 1, 2]);
});
