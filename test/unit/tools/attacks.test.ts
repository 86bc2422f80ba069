import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { VerificationReport } from '../../../src/shared/domain/signing/verification-report';
import { runVerify } from '../../../tools/verify';
import { makeBase, trustOf, type Attack } from '../../attacks/attack';
import { ATTACKED_AT, everyAttack } from '../../attacks/every-attack';
import { temporaryFolder } from '../../support/temporary-folder';
import { saved } from '../shared/pades/helpers';

const base = makeBase();

/** What `cli verify --json` says of a file in a folder. */
async function judge(attack: Attack): Promise<VerificationReport> {
  const folder = temporaryFolder();
  (attack.trust ?? trustOf)(base).forEach((pem, i) => saved(folder, `${i}.pem`, pem));
  const file = join(folder, 'da_ky.pdf');
  saved(folder, 'da_ky.pdf', attack.make(base));
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  await runVerify([file, '--trust', folder, '--at', ATTACKED_AT, '--json']);
  vi.restoreAllMocks();
  return VerificationReport.parse(JSON.parse(out));
}

test.each(everyAttack.map((attack) => [attack.name, attack] as const))(
  'V-1, V-3, V-9, T-4: attack %s',
  async (_, attack) => {
    const { verdict, reasons, signatures } = await judge(attack);

    const codes = [...reasons, ...signatures.flatMap((one) => one.reasons)].map(({ code }) => code);
    expect({ verdict, codes }).toEqual({
      verdict: attack.verdict,
      codes: attack.code === null ? [] : expect.arrayContaining([attack.code]),
    });
  },
);

test('every number of the list that a file alone can show is among them', () => {
  const numbers = new Set(everyAttack.map(({ name }) => Number.parseInt(name, 10)));
  // By their own tests in `pades/attacks`: 2, 5, 6, 10, 11, 15 and 23.
  const elsewhere = [2, 5, 6, 10, 11, 15, 23];
  const missing = Array.from({ length: 36 }, (_, i) => i + 1).filter(
    (number) => !numbers.has(number) && !elsewhere.includes(number),
  );

  expect(missing).toEqual([]);
});
