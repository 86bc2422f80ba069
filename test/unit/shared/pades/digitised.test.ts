import { expect, test } from 'vitest';
import { checkDigitised } from '../../../../src/shared/pades/digitised';
import { aScannedPdf } from '../../../support/scanned-pdf';
import { fixture, needs, platform, run, saved, temporaryFolder, value } from './helpers';

const codesOf = (bytes: Uint8Array): readonly string[] =>
  value(checkDigitised(platform, bytes)).map(({ code, page }) =>
    page === null ? code : `${code} ${page}`,
  );

const scanned = (scan: Parameters<typeof aScannedPdf>[0] = {}) => codesOf(aScannedPdf(scan));

test('VB038: a colour scan of 200 dpi in its own size is taken', needs('pdfimages'), () => {
  const file = saved(temporaryFolder(), 'x.pdf', aScannedPdf());

  expect(scanned()).toEqual([]);
  expect(scanned({ dpi: 300, width: 297, height: 420 })).toEqual([]);
  // Poppler sees the same dots to the inch.
  expect(run('pdfimages', ['-list', file])).toMatch(/rgb +3 +8 .* 200 +200 /);
});

test('VB038: a file of before PDF 1.4 is not', () => {
  expect(scanned({ version: '1.3' })).toEqual(['scan-version']);
  expect(codesOf(fixture('qpdf-version-1.3.pdf'))).toContain('scan-version');
});

test.each([
  ['grey', { space: '/DeviceGray', samples: 1 }],
  ['grey by a profile', { space: '[/ICCBased 9 0 R]' }],
  ['of one bit', { entries: '/BitsPerComponent 1' }],
  [
    'a palette of two',
    { space: '[/Indexed /DeviceRGB 1 <000000FFFFFF>]', samples: 1, entries: '/BitsPerComponent 1' },
  ],
])('VB038: a scan that is %s is not in colour', (_name, scan) => {
  expect(scanned(scan)).toEqual(['scan-not-colour 1']);
});

test('VB038: a palette of 256 colours and CMYK are in colour; a picture that does not say it is not', () => {
  expect(scanned({ space: '[/Indexed /DeviceRGB 255 <00>]', samples: 1 })).toEqual([]);
  expect(scanned({ space: '/DeviceCMYK', samples: 4 })).toEqual([]);
  expect(codesOf(aScannedPdf({ space: '' }))).toEqual(['scan-not-colour 1']);
});

test('VB038: less than 200 dpi on the page is too coarse, however many dots there are', () => {
  expect(scanned({ dpi: 199 })).toEqual([]);
  expect(scanned({ dpi: 150 })).toEqual(['scan-resolution 1']);
});

test('VB038: a stretched picture, and a sheet that no paper has, are not 1:1', () => {
  expect(scanned({ dpi: 300, dpiUp: 240 })).toEqual(['scan-scale 1']);
  expect(scanned({ width: 600, height: 848, dpi: 200 })).toEqual(['scan-scale 1']);
  expect(scanned({ width: 30, height: 42 })).toEqual(['scan-scale 1']);
});

test('VB038: a paper of an unusual size is left to who has it before them', () => {
  expect(scanned({ width: 190, height: 265 })).toEqual(['scan-paper 1']);
});

test('VB038: a page without a picture of the whole sheet was not scanned', () => {
  expect(codesOf(fixture('chromium-draft.pdf'))).toContain('scan-no-picture 1');
  expect(scanned({ covers: 0.7, dpi: 300 })).toContain('scan-no-picture 1');
});
