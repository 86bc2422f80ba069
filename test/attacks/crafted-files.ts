import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { pdfBytes } from '../../src/shared/pades/syntax';
import { derOid, derSequence } from '../../src/shared/pades/cms/der';
import { ecdsaOids } from '../../src/shared/pades/cms/oids';
import { listPages } from '../../src/shared/pades/reader/pages';
import { concatBytes } from '../../src/shared/kernel/bytes';
import { fixture, open, prepared } from '../unit/shared/pades/helpers';
import type { Attack, Base } from './attack';
import { makeCertificate, person } from './authority';
import { craft } from './craft';
import { edit, extended, pageNumber, paint, patch, update, type Change } from './toolbox';

const range = (bytes: Uint8Array): string =>
  /\/ByteRange \[[^\]]*\]/.exec(Buffer.from(bytes).toString('latin1'))?.[0] ?? '';
const withRange =
  (numbers: string) =>
  ({ signed }: Base): Uint8Array =>
    patch(signed, range(signed), `/ByteRange [${numbers}]`.padEnd(range(signed).length));

/** A signature, right in all else, over a part of the file that ends somewhere. */
const shortened =
  (endAt: (text: string) => number) =>
  ({ office, ready }: Base): Uint8Array =>
    craft(ready, {
      signer: office.leader,
      endAt: (bytes) => endAt(Buffer.from(bytes).toString('latin1')),
    });

/** A file of these objects, the first one the catalogue (ISO 32000-1 §7.5). */
export function fileOf(objects: readonly string[], trailer = ''): Uint8Array {
  let text = '%PDF-1.7\n';
  const offsets = objects.map((body, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const lines = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${lines}`;
  return pdfBytes(
    `${text}${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer}>>\nstartxref\n${text.length}\n%%EOF\n`,
  );
}

const catalogue = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R] >> >>';
const noPages = '<< /Type /Pages /Kids [] /Count 0 >>';
const fakeSignature = '/V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>';

/** Ten gigabytes of noughts: one block of 64 MB again and again, twice deflated. */
function bomb(): string {
  const block = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), {
    finishFlush: constants.Z_FULL_FLUSH,
  });
  const blocks = Array.from({ length: 160 }, () => block);
  const stream = Buffer.concat([Buffer.of(0x78, 0x9c), ...blocks, Buffer.of(3, 0, 0, 0, 0, 1)]);
  return deflateSync(stream).toString('latin1');
}

function revisions(count: number): Uint8Array {
  let text = Buffer.from(fileOf([catalogue, noPages, '<< /FT /Sig /T (a) >>'])).toString('latin1');
  let previous = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  const parts = [text];
  let length = text.length;
  for (let i = 0; i < count; i++) {
    text = `xref\n0 0\ntrailer\n<< /Size 4 /Root 1 0 R /Prev ${previous} >>\nstartxref\n${length}\n%%EOF\n`;
    parts.push(text);
    previous = length;
    length += text.length;
  }
  return pdfBytes(parts.join(''));
}

/** The page says what only a verdict may say. */
const claim: Change = (file, next) => {
  const num = next();
  return [
    { num, gen: 0, body: paint('BT /F1 24 Tf 60 400 Td (Signature valid: da_ky.pdf) Tj ET') },
    edit(file, pageNumber(file), { Contents: `${num} 0 R` }),
  ];
};

/** A signed page with a link, and the link led elsewhere. */
function relinked({ office, ready }: Base): Uint8Array {
  const link = (to: string) =>
    pdfBytes(`<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (${to}) >> >>`);
  const num = open(ready).now.size;
  const linked = update(ready, (file) => [
    { num, gen: 0, body: link('http://a.invalid') },
    edit(file, pageNumber(file), {
      Annots: extended(file, listPages(file.now)[0]?.dict, 'Annots', num),
    }),
  ]);
  return update(craft(linked, { signer: office.leader }), () => [
    { num, gen: 0, body: link('http://b.invalid') },
  ]);
}

const limited = { verdict: 'CHUA_XAC_DINH', code: 'file.limit' } as const;
const broken = { verdict: 'KHONG_HOP_LE', code: 'file.broken-signed' } as const;
const unsigned = { verdict: 'KHONG_CO_CHU_KY', code: null } as const;

/** Bytes: ranges, ends, circles, bombs, and files without a signature (attacks 1 to 10 and 32 to 35, V-3). */
export const craftedFiles: readonly Attack[] = [
  {
    name: '1: a byte of the page changed',
    make: ({ sealed }) => sealed.map((byte, i) => (i === 5_000 ? byte ^ 1 : byte)),
    verdict: 'KHONG_HOP_LE',
    code: 'cms.digest-mismatch',
  },
  {
    name: '3: junk behind the end',
    make: ({ sealed }) => concatBytes(sealed, pdfBytes('junk')),
    verdict: 'KHONG_HOP_LE',
    code: 'file.trailing-bytes',
  },
  {
    name: '8: the range moved',
    make: withRange('0 300 900 100'),
    verdict: 'KHONG_HOP_LE',
    code: 'range.gap-mismatch',
  },
  ...['-1 10 20 30', '0 10 20 99999999999', '0 10 20', 'null null', '', '0 10 20 30 40'].map(
    (numbers): Attack => ({
      name: `9: /ByteRange [${numbers}]`,
      make: withRange(numbers),
      verdict: 'KHONG_HOP_LE',
      code: 'range.malformed',
    }),
  ),
  {
    name: '9: a signature value of one byte',
    make: ({ office, ready }) =>
      craft(ready, { signer: office.leader, wrap: () => Uint8Array.of(0) }),
    verdict: 'KHONG_HOP_LE',
    code: 'cms.unreadable',
  },
  {
    name: '20: a link leads elsewhere',
    make: relinked,
    verdict: 'KHONG_HOP_LE',
    code: 'change.annotation',
  },
  {
    name: '24: two signers',
    make: ({ office, ready }) => craft(ready, { signer: office.leader, signerCount: 2 }),
    verdict: 'KHONG_HOP_LE',
    code: 'cms.signer-count',
  },
  {
    name: '24: content inside',
    make: ({ office, ready }) =>
      craft(ready, { signer: office.leader, encapsulated: Uint8Array.of(1) }),
    verdict: 'KHONG_HOP_LE',
    code: 'cms.not-detached',
  },
  {
    name: 'V-3: the range ends before the cross-reference',
    make: shortened((text) => text.lastIndexOf('xref\n', text.lastIndexOf('trailer'))),
    verdict: 'KHONG_HOP_LE',
    code: 'range.not-at-revision-end',
  },
  {
    name: 'V-3: the range ends before startxref',
    make: shortened((text) => text.lastIndexOf('startxref')),
    verdict: 'KHONG_HOP_LE',
    code: 'range.not-at-revision-end',
  },
  {
    name: 'V-3: the range ends inside %%EOF',
    make: shortened((text) => text.lastIndexOf('%%EOF') + 3),
    verdict: 'KHONG_HOP_LE',
    code: 'range.not-at-revision-end',
  },
  {
    name: 'V-3: (the range ends before the last line end, for comparison)',
    make: shortened((text) => text.lastIndexOf('%%EOF') + 5),
    verdict: 'HOP_LE_CANH_BAO',
    code: 'time.claimed-only',
  },

  {
    name: '32: fields in a circle',
    make: () =>
      fileOf([catalogue, noPages, `<< /FT /Sig /T (a) /Kids [3 0 R] ${fakeSignature} >>`]),
    verdict: 'KHONG_HOP_LE',
    code: 'file.undeclared-signature',
  },
  {
    name: '32: a reference to itself',
    make: () => fileOf([catalogue, noPages, '3 0 R']),
    ...limited,
  },
  {
    name: '32: pages in a circle',
    make: ({ sealed }) =>
      update(sealed, (file) => [
        edit(file, pageNumber(file), { Kids: `[${pageNumber(file)} 0 R]` }),
      ]),
    ...broken,
  },
  {
    name: '32: 100,000 arrays inside each other',
    make: () => fileOf([catalogue, noPages, '['.repeat(100_000) + ']'.repeat(100_000)]),
    ...limited,
  },
  {
    name: '32: a cross-reference that leads back to itself',
    make: () => {
      const plain = Buffer.from(fileOf([catalogue, noPages, `<< ${fakeSignature} >>`])).toString(
        'latin1',
      );
      const start = /startxref\n(\d+)/.exec(plain)?.[1] ?? '';
      return fileOf([catalogue, noPages, `<< ${fakeSignature} >>`], `/Prev ${start} `);
    },
    ...broken,
  },
  {
    name: '32: a stream of ten gigabytes',
    make: () => {
      const data = bomb();
      const head = `%PDF-1.5\n1 0 obj\n${catalogue}\nendobj\n`;
      const dict = `<< /Type /XRef /Size 3 /W [1 4 1] /Root 1 0 R /Filter [/FlateDecode /FlateDecode] /Length ${data.length} >>`;
      return pdfBytes(
        `${head}2 0 obj\n${dict}\nstream\n${data}\nendstream\nendobj\nstartxref\n${head.length}\n%%EOF\n`,
      );
    },
    ...limited,
  },
  { name: '32: 1,001 revisions', make: () => revisions(1_001), ...limited },
  {
    name: '32: 201 signatures',
    make: () =>
      fileOf([
        `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${Array.from({ length: 201 }, (_, i) => `<< /FT /Sig /T (f${i}) ${fakeSignature} >>`).join(' ')}] >> >>`,
        noPages,
      ]),
    ...limited,
  },
  {
    name: '32: a signed page whose form is drawn by a form inside a form without end',
    make: ({ sealed }) =>
      update(sealed, (file, next) => {
        const num = next();
        return [
          { num, gen: 0, body: paint('/X Do') },
          edit(file, pageNumber(file), { Resources: `<< /XObject << /X ${num} 0 R >> >>` }),
        ];
      }),
    verdict: 'KHONG_HOP_LE',
    code: 'change.page',
  },

  {
    name: '33: locked with a password that we do not have',
    make: () => fixture('encrypted.pdf'),
    verdict: 'CHUA_XAC_DINH',
    code: 'file.encrypted',
  },
  {
    name: '34: a picture of seal and signature',
    make: () => prepared(fixture('scan.pdf')),
    ...unsigned,
  },
  {
    name: '35: the page says "Signature valid", the metadata "da_ky"',
    make: ({ ready }) => update(ready, claim),
    ...unsigned,
  },
  {
    name: '35: the same on a page that a stranger signed',
    make: ({ ready }) =>
      craft(update(ready, claim), {
        signer: makeCertificate({ subject: 'Người Lạ', extensions: person }),
        signatureAlgorithm: derSequence(derOid(ecdsaOids['SHA-256'])),
      }),
    verdict: 'CHUA_XAC_DINH',
    code: 'chain.untrusted-root',
  },
];
