import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { scanDocument } from '../../../../src/shared/pades/gate/scan-document';
import { limits } from '../../../../src/shared/pades/reader/limits';
import { fixture, platform, prepared, unsignedFixtures, value } from './helpers';

interface Hand {
  readonly catalog?: string;
  readonly page?: string;
  readonly content?: string;
  readonly resources?: string;
  /** Objects from number 6 on. */
  readonly extra?: readonly string[];
  /** Bytes between the last object and the cross-reference. */
  readonly loose?: string;
}

/** One page with one line of text at (72, 700), 13 points high. */
function handMade(hand: Hand = {}): Uint8Array {
  const { catalog = '', page = '', resources = '', extra = [], loose = '' } = hand;
  const content = `BT /F1 13 Tf 72 700 Td (Trinh dien) Tj ET ${hand.content ?? ''}`;
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> ${resources} >> /Contents 4 0 R ${page} >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>',
    ...extra,
  ];
  let out = '%PDF-1.7\n';
  const rows = objects.map((body, i) => {
    const offset = out.length;
    out += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  out += loose;
  const start = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(out, 'latin1'));
}

const annotation = (entries: string): Hand => ({
  page: '/Annots [6 0 R]',
  extra: [`<< /Type /Annot ${entries} >>`],
});
const action = (entries: string): Hand =>
  annotation(`/Subtype /Link /Rect [0 0 9 9] /A << ${entries} >>`);
const layer = (usage: string, start = ''): Hand => ({
  catalog: `/OCProperties << /OCGs [6 0 R] /D << ${start} >> >>`,
  extra: [`<< /Type /OCG /Name (Lop) ${usage} >>`],
});
const picture =
  '<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream';
const withPicture = (content: string): Hand => ({
  content,
  resources: '/XObject << /Im 6 0 R >>',
  extra: [picture],
});
const secondPage = '<< /Type /Page /MediaBox [0 0 9 9] /Contents 4 0 R >>';

const codesOf = (bytes: Uint8Array): readonly string[] =>
  value(scanDocument(platform, bytes)).map(({ code, severity }) => `${severity} ${code}`);

test.each<readonly [pattern: string, expected: string, hand: Hand]>([
  [
    'JavaScript when opened',
    'stop script',
    { catalog: '/OpenAction << /S /JavaScript /JS (1) >>' },
  ],
  [
    'JavaScript in the name tree',
    'stop script',
    {
      catalog: '/Names << /JavaScript << /Names [(a) 6 0 R] >> >>',
      extra: ['<< /S /JavaScript /JS (1) >>'],
    },
  ],
  [
    'JavaScript behind another action',
    'stop script',
    action('/S /GoTo /D [3 0 R /Fit] /Next << /S /JavaScript /JS (1) >>'),
  ],
  [
    'PostScript for the printer',
    'stop script',
    {
      resources: '/XObject << /Ps 6 0 R >>',
      extra: ['<< /Type /XObject /Subtype /PS /Length 0 >>\nstream\n\nendstream'],
    },
  ],
  ['a program to start', 'stop action', action('/S /Launch /F (cmd.exe)')],
  ['a form to send', 'stop action', action('/S /SubmitForm /F (http://vi.du)')],
  ['data to fetch', 'stop action', action('/S /ImportData /F (a.fdf)')],
  ['layers to switch', 'stop action', action('/S /SetOCGState /State [/ON 3 0 R]')],
  ['an address that is no web page', 'stop action', action('/S /URI /URI (file:///etc/passwd)')],
  [
    'an address visited when opened',
    'stop action',
    { catalog: '/OpenAction << /S /URI /URI (http://vi.du) >>' },
  ],
  [
    'an act when the page is shown',
    'stop action',
    { page: '/AA << /O << /S /URI /URI (http://vi.du) >> >>' },
  ],
  ['a web link', 'warn link', action('/S /URI /URI (https://vi.du)')],
  [
    'a file inside the file',
    'stop embedded',
    {
      catalog:
        '/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.exe) /EF << /F 6 0 R >> >>] >> >>',
      extra: ['<< /Length 1 >>\nstream\n0\nendstream'],
    },
  ],
  ['a film', 'stop embedded', annotation('/Subtype /RichMedia /Rect [0 0 9 9]')],
  [
    'a form in XML',
    'stop xfa',
    {
      catalog: '/AcroForm << /Fields [] /XFA 6 0 R >>',
      extra: ['<< /Length 1 >>\nstream\n0\nendstream'],
    },
  ],
  [
    'a layer on paper alone',
    'stop print-differs',
    layer('/Usage << /Print << /PrintState /ON >> >>', '/OFF [6 0 R]'),
  ],
  [
    'a layer that screens leave out',
    'stop print-differs',
    layer('/Usage << /View << /ViewState /OFF >> >>'),
  ],
  ['a layer that is off', 'warn layer-hidden', layer('', '/OFF [6 0 R]')],
  ['layers that are all off', 'warn layer-hidden', layer('', '/BaseState /OFF')],
  [
    'a layer that paper leaves out',
    'warn layer-hidden',
    layer('/Usage << /Print << /PrintState /OFF >> >>'),
  ],
  [
    'another picture for paper',
    'stop print-differs',
    {
      ...withPicture('/Im Do'),
      extra: [picture.replace('/Width', '/Alternates [<< /DefaultForPrinting true >>] /Width')],
    },
  ],
  [
    'a note on paper alone',
    'stop print-differs',
    annotation('/Subtype /FreeText /F 36 /Rect [0 0 9 9]'),
  ],
  [
    'a hidden note',
    'warn annotation-hidden',
    annotation('/Subtype /FreeText /F 2 /Rect [0 0 9 9]'),
  ],
  ['a note over text', 'warn covers-text', annotation('/Subtype /FreeText /Rect [60 690 200 720]')],
  [
    'a field over text',
    'warn covers-text',
    {
      ...annotation('/Subtype /Widget /FT /Tx /T (x) /Rect [60 690 200 720]'),
      catalog: '/AcroForm << /Fields [6 0 R] >>',
    },
  ],
  [
    'a picture of a link over text',
    'warn covers-text',
    annotation('/Subtype /Link /AP << /N 4 0 R >> /Rect [60 690 200 720]'),
  ],
  [
    'a field with our name and a value over text',
    'warn covers-text',
    {
      ...annotation('/Subtype /Widget /FT /Tx /T (so) /V (9) /Rect [60 690 200 720]'),
      catalog: '/AcroForm << /Fields [6 0 R] >>',
    },
  ],
  ['invisible text', 'warn hidden-text', { content: 'BT /F1 9 Tf 3 Tr 72 300 Td (an) Tj ET' }],
  [
    'a scan with its text',
    'warn text-layer',
    withPicture('q 595 0 0 842 0 0 cm /Im Do Q BT /F1 9 Tf 3 Tr 72 300 Td (an) Tj ET'),
  ],
  [
    'text outside the page',
    'warn outside-page',
    { content: 'BT /F1 9 Tf 1 0 0 1 72 900 Tm (ngoai) Tj ET' },
  ],
  ['text that the crop box cuts off', 'warn outside-page', { page: '/CropBox [0 0 595 650]' }],
  ['a picture outside the page', 'warn outside-page', withPicture('q 9 0 0 9 700 0 cm /Im Do Q')],
  [
    'text of a form outside the page',
    'warn outside-page',
    {
      content: 'q 1 0 0 1 0 900 cm /Fm Do Q',
      resources: '/XObject << /Fm 6 0 R >>',
      extra: [
        '<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 30 >>\nstream\nBT /F1 9 Tf 2 2 Td (a) Tj ET   \nendstream',
      ],
    },
  ],
  [
    'a picture kept on a server',
    'stop external',
    {
      ...withPicture('/Im Do'),
      extra: [picture.replace('/Width', '/F << /FS /URL /F (http://vi.du) >> /Width')],
    },
  ],
  [
    'a page of another file',
    'stop external',
    {
      content: '/Fm Do',
      resources: '/XObject << /Fm 6 0 R >>',
      extra: [
        '<< /Subtype /Form /BBox [0 0 9 9] /Ref << /F (a.pdf) /Page 0 >> /Length 0 >>\nstream\n\nendstream',
      ],
    },
  ],
  ['a page that nothing leads to', 'stop shadow-pages', { extra: [secondPage] }],
  ['a second catalogue', 'stop shadow-pages', { extra: ['<< /Type /Catalog /Pages 2 0 R >>'] }],
  [
    'a page tree without its name',
    'stop shadow-pages',
    { extra: ['<< /Kids [3 0 R] /Count 1 >>'] },
  ],
  [
    'a page that no cross-reference lists',
    'stop shadow-pages',
    { loose: `77 0 obj\n${secondPage}\nendobj\n` },
  ],
  [
    'content in a coding that is not read',
    'warn unread-page',
    {
      page: '/Contents 6 0 R',
      extra: ['<< /Filter /JPXDecode /Length 1 >>\nstream\n0\nendstream'],
    },
  ],
])('S-18: %s is found: %s', (_pattern, expected, hand) => {
  expect(codesOf(handMade(hand))).toEqual([expected]);
});

test('S-18: a plain page, a jump inside the document and a note beside the text raise nothing', () => {
  const jump =
    '<< /Type /Annot /Subtype /Link /Rect [60 690 200 720] /A << /S /GoTo /D [3 0 R /Fit] >> >>';
  const note = '<< /Type /Annot /Subtype /FreeText /F 4 /Rect [60 100 200 120] >>';
  const hand = { page: '/Annots [6 0 R 7 0 R]', extra: [jump, note] };

  expect([codesOf(handMade()), codesOf(handMade(hand)), codesOf(handMade(layer('')))]).toEqual([
    [],
    [],
    [],
  ]);
});

test('S-18: page and object are named, and the same thing on a page is told once', () => {
  const note = '<< /Type /Annot /Subtype /FreeText /Rect [60 690 200 720] >>';
  const found = value(
    scanDocument(platform, handMade({ page: '/Annots [6 0 R 7 0 R]', extra: [note, note] })),
  );

  expect(found).toEqual([{ code: 'covers-text', severity: 'warn', page: 1, object: 6 }]);
});

/** What is truly in a fixture: the others give no finding. */
const expectedIn = new Map<string, readonly string[]>([
  ...withLink().map((name) => [`${name}.pdf`, ['warn link']] as const),
  ['hand-small-page.pdf', ['warn outside-page']],
  ['hand-xfa.pdf', ['stop xfa']],
  ['qpdf-attachment.pdf', ['stop embedded', 'warn link']],
  ['reportlab-hidden-text-scan.pdf', ['warn text-layer']],
]);

test.each(unsignedFixtures)('S-18: no false alarm over %s, as it comes and prepared', (name) => {
  const bytes = fixture(name);
  const expected = expectedIn.get(name) ?? [];

  expect([codesOf(bytes), codesOf(prepared(bytes))]).toEqual([expected, expected]);
});

function withLink(): readonly string[] {
  const chromium = ['a5', 'landscape', 'outline', 'report'];
  const libreoffice = ['outline', 'pdf17', 'pdfa1', 'pdfa3', 'pdfua', 'tagged', 'with-odt-inside'];
  const qpdf = ['overlay', 'pages', 'pdfa-object-streams', 'uncompressed', 'version-2.0'];
  return [
    ...chromium.map((name) => `chromium-${name}`),
    ...libreoffice.map((name) => `libreoffice-${name}`),
    ...qpdf.map((name) => `qpdf-${name}`),
    'ghostscript-1.4',
    'ghostscript-1.7',
    'mutool-clean-pdfa',
    'weasyprint',
  ];
}

test('S-18, A-5: drawing a form a million times ends at a limit', () => {
  const form = (next: number) => {
    const content = `/F${next} Do `.repeat(40);
    return `<< /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F${next} ${next} 0 R >> >> /Length ${content.length} >>\nstream\n${content}\nendstream`;
  };
  const bytes = handMade({
    content: '/F6 Do',
    resources: '/XObject << /F6 6 0 R >>',
    extra: [7, 8, 9, 10, 6].map(form),
  });

  expect(scanDocument(platform, bytes)).toMatchObject({ ok: false, error: { code: 'pdf.limit' } });
});

test('S-18, A-5: a page that inflates without end is refused', () => {
  const bomb = deflateSync(Buffer.alloc(limits.inflatedStream + 1), { level: 9 });
  const bytes = handMade({
    page: '/Contents 6 0 R',
    extra: [
      `<< /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n${bomb.toString('latin1')}\nendstream`,
    ],
  });

  expect(scanDocument(platform, bytes)).toMatchObject({ ok: false, error: { code: 'pdf.limit' } });
});
