import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../../src/shared/kernel/bytes';
import { parseValue } from '../../../../src/shared/pades/reader/lexer';
import { asName, dictOf, isKind, rawEntry } from '../../../../src/shared/pades/reader/objects';
import { catalogOf, listPages } from '../../../../src/shared/pades/reader/pages';
import { openPdf } from '../../../../src/shared/pades/reader/pdf-file';
import { decodeTextString } from '../../../../src/shared/pades/reader/text-string';
import { textStringText } from '../../../../src/shared/pades/syntax';
import {
  fixture,
  needs,
  NOW,
  open,
  platform,
  run,
  saved,
  signableFixtures,
  temporaryFolder,
} from './helpers';
import { verifyPdf } from '../../../../src/shared/pades/verify/verify-pdf';

const parse = (text: string) => {
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  return parseValue({ bytes, end: bytes.length, at: 0 });
};
const noTrust = { anchors: [], intermediates: [], crls: [], ocsps: [] };

/** A small file with the given objects after catalogue 1 and page tree 2; offsets are computed. */
function smallPdf(objects: readonly string[], trailer = ''): Uint8Array {
  let out = '%PDF-1.4\n';
  const offsets = objects.map((body, i) => {
    const at = out.length;
    out += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const start = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const at of offsets) out += `${String(at).padStart(10, '0')} 00000 n \n`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer}>>\nstartxref\n${start}\n%%EOF\n`;
  return Uint8Array.from(out, (c) => c.charCodeAt(0));
}

describe('values', () => {
  test('a dictionary keeps the offsets of its values', () => {
    const text = '<</A 1/B(x\\)y)/C[1 0 R .5 -3]/D<4a4B5>>>';

    const dict = parse(text);

    if (!isKind(dict, 'dict')) throw new Error('no dictionary');
    const slice = (key: string) =>
      text.slice(dict.entries.get(key)?.start, dict.entries.get(key)?.end);
    expect(slice('A')).toBe('1');
    expect(slice('B')).toBe('(x\\)y)');
    expect(slice('C')).toBe('[1 0 R .5 -3]');
    expect(rawEntry(dict, 'D')).toMatchObject({ bytes: Uint8Array.of(0x4a, 0x4b, 0x50) });
  });

  test('a key given twice is remembered', () => {
    expect(parse('<</A 1/A 2>>')).toMatchObject({ duplicates: ['A'] });
  });

  test.each([
    ['plain', 'Phê duyệt'],
    ['brackets and backslashes', 'a(b)c\\d'],
    ['line end', 'a\nb'],
    ['beyond the basic plane', 'x𝟙y'],
  ])('S-3: a text string comes back as it was given: %s', (_, text) => {
    const written = parse(textStringText(text));

    expect(isKind(written, 'string') && decodeTextString(written.bytes)).toBe(text);
  });
});

describe('files', () => {
  test.each(signableFixtures)('%s opens with its pages', (name) => {
    const file = open(fixture(name));

    expect(listPages(file.now).length).toBeGreaterThan(0);
    expect(asName(file.now.get(catalogOf(file.now), 'Type'))).toBe('Catalog');
  });

  test('a hybrid file shows the objects of its cross-reference stream', () => {
    const file = open(fixture('hand-hybrid.pdf'));

    expect(asName(file.now.get(dictOf(file.now.find(5)?.value), 'BaseFont'))).toBe('Times-Roman');
  });

  test('an update makes a second revision, and the first one can still be seen', () => {
    const file = open(fixture('hand-form-in-update.pdf'));

    expect(file.revisions.length).toBe(2);
    expect(catalogOf(file.at(0)).entries.has('AcroForm')).toBe(false);
    expect(catalogOf(file.at(1)).entries.has('AcroForm')).toBe(true);
  });

  test('a linearised original is one revision', () => {
    expect(open(fixture('qpdf-linearised.pdf')).revisions.length).toBe(1);
  });

  test('encrypted, broken and foreign files are named as such', () => {
    const code = (bytes: Uint8Array) => {
      const opened = openPdf(platform, bytes);
      return opened.ok ? 'ok' : opened.error.code;
    };

    expect(code(fixture('encrypted.pdf'))).toBe('pdf.encrypted');
    expect(code(utf8('hello'))).toBe('pdf.not-pdf');
    expect(code(fixture('chromium-draft.pdf').slice(0, 20_000))).toBe('pdf.broken');
  });
});

describe('A-5: limits', () => {
  const verdictOf = (bytes: Uint8Array) =>
    verifyPdf(platform, bytes, { trust: noTrust, nowMs: NOW });

  test('100,000 nested arrays', () => {
    const nested = '['.repeat(100_000) + ']'.repeat(100_000);
    const bytes = smallPdf([
      '<< /Type /Catalog /Pages 2 0 R /X 3 0 R >>',
      '<< /Kids [] >>',
      nested,
    ]);

    const opened = openPdf(platform, bytes);

    expect(opened.ok).toBe(true);
    expect(() => open(bytes).now.find(3)).toThrow('pdf.limit');
  });

  test('a page tree in a circle', () => {
    const bytes = smallPdf([
      '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R] >> >>',
      '<< /Type /Pages /Kids [2 0 R] >>',
      '<< /FT /Sig /T (a) /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >> /Kids [3 0 R] >>',
    ]);

    expect(verdictOf(bytes).verdict).toBe('KHONG_HOP_LE');
  });

  test('a cross-reference chain in a circle', () => {
    const first = smallPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Kids [] >>']);
    const text = Buffer.from(first).toString('latin1');
    const start = /startxref\n(\d+)/.exec(text)?.[1];
    const bytes = smallPdf(
      ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Kids [] >>'],
      `/Prev ${start} `,
    );

    const opened = openPdf(platform, bytes);

    expect(opened).toMatchObject({ ok: false, error: { code: 'pdf.broken' } });
  });

  test('a stream that inflates without end', () => {
    const bomb = deflateSync(Buffer.alloc(80 * 1024 * 1024)).toString('latin1');
    const bytes = smallPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Kids [] >>',
      `<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n${bomb}\nendstream`,
    ]);
    const file = open(bytes);
    const stream = file.now.find(3)?.value;

    expect(() => isKind(stream, 'stream') && file.decode(stream, file.now)).toThrow('pdf.limit');
  });

  test('more than 1,000 revisions', () => {
    let text = Buffer.from(
      smallPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Kids [] >>']),
    ).toString('latin1');
    let previous = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    for (let i = 0; i < 1_001; i++) {
      const at = text.length;
      text += `xref\n0 0\ntrailer\n<< /Size 3 /Root 1 0 R /Prev ${previous} >>\nstartxref\n${at}\n%%EOF\n`;
      previous = at;
    }

    const report = verdictOf(Uint8Array.from(text, (c) => c.charCodeAt(0)));

    expect(report.reasons).toEqual([{ code: 'file.limit', where: 'revisions' }]);
  });
});

test('T-6: pages and object count agree with a second parser', needs('qpdf'), () => {
  const folder = temporaryFolder();
  for (const name of [
    'chromium-draft.pdf',
    'qpdf-object-streams.pdf',
    'hand-hybrid.pdf',
    'libreoffice-pdfa2.pdf',
  ]) {
    const path = saved(folder, name, fixture(name));
    const file = open(fixture(name));

    expect(Number(run('qpdf', ['--show-npages', path])), name).toBe(listPages(file.now).length);
    const shown = run('qpdf', ['--show-xref', path]).trim().split('\n');
    const used = file.now
      .numbers()
      .filter((num) => (file.now.entry(num)?.type ?? 'free') !== 'free');
    expect(used.length, name).toBe(shown.length);
  }
});
