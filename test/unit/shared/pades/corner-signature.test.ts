import { beforeAll, expect, test } from 'vitest';
import { copyForms, mayCopy } from '../../../../src/shared/domain/document/copy-form';
import { isSound } from '../../../../src/shared/domain/signing/verification-report';
import {
  cornerSignature,
  type CornerSignature,
} from '../../../../src/shared/pades/corner-signature';
import {
  anOffice,
  fixture,
  fonts,
  needs,
  open,
  run,
  saved,
  SIGNED_AT,
  signWith,
  temporaryFolder,
  verify,
  type Office,
} from './helpers';

let office: Office;
beforeAll(() => {
  office = anOffice();
});

const [saoY, saoLuc, trichSao] = copyForms;

const sign = (name: string, signature: CornerSignature): Uint8Array => {
  const bytes = fixture(name);
  const options = cornerSignature(open(bytes), signature, {
    signedAtMs: SIGNED_AT,
    fontFile: fonts.upright,
  });
  return signWith(office, bytes, office.organ, options);
};

const cornerOf = (pageWidth: number) => `-l 1 -x ${pageWidth - 295} -y 0 -W 295 -H 56`.split(' ');

/** The words in the upper right part of the first page, as poppler reads them. */
const cornerText = (bytes: Uint8Array, pageWidth = 595): string =>
  run('pdftotext', [
    '-layout',
    ...cornerOf(pageWidth),
    saved(temporaryFolder(), 'x.pdf', bytes),
    '-',
  ])
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

test.each([
  ['libreoffice-writer.pdf', 595],
  ['qpdf-rotated-90.pdf', 842],
  ['scan.pdf', 595],
] as const)(
  'S-9: a separate appendix is signed in its upper right corner with the document’s number and the time: %s',
  needs('pdftotext'),
  (name, pageWidth) => {
    const signed = sign(name, { kind: 'appendix', codeDisplay: '05/QĐ-UBND' });

    const [signature] = verify(signed, office.trust).signatures;
    expect(cornerText(signed, pageWidth)).toBe('05/QĐ-UBND\n2026-11-22T09:05:41+07:00');
    expect(signature).toMatchObject({ field: 'ky_phu_luc', kind: 'appendix' });
    expect(signature && isSound(signature)).toBe(true);
  },
);

test(
  'S-9: a copy names its form, the organ and the time, in Times of 10 without a picture',
  needs('pdftotext'),
  () => {
    if (!trichSao) throw new Error('no form');

    const signed = sign('scan.pdf', {
      kind: 'copy',
      form: trichSao.words,
      organName: 'ỦY BAN NHÂN DÂN XÃ THỬ NGHIỆM',
    });

    const added = Buffer.from(signed.subarray(fixture('scan.pdf').length)).toString('latin1');
    expect(cornerText(signed)).toBe(
      'TRÍCH SAO\nỦY BAN NHÂN DÂN XÃ THỬ NGHIỆM\n2026-11-22T09:05:41+07:00',
    );
    expect(verify(signed, office.trust).signatures[0]).toMatchObject({
      field: 'ky_ban_sao',
      kind: 'copy',
    });
    expect(added).not.toContain('/Subtype /Image');
  },
);

test('van-ban.md §3.6: no sao y from electronic to electronic; a trích sao may', () => {
  const ways = [saoY, saoLuc, trichSao].map((form) => form && mayCopy(form, 'dienTu', 'dienTu'));

  expect(ways).toEqual([false, false, true]);
});
