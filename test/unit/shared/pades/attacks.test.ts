import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  appendRevision,
  objectNumbers,
  type ObjectChange,
} from '../../../../src/shared/pades/append';
import { buildCms, signedAttributes } from '../../../../src/shared/pades/cms/build';
import { parseCertificate } from '../../../../src/shared/pades/cms/certificate';
import { findField, readForm } from '../../../../src/shared/pades/reader/form';
import {
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
} from '../../../../src/shared/pades/reader/objects';
import { catalogOf, listPages } from '../../../../src/shared/pades/reader/pages';
import type { PdfFile } from '../../../../src/shared/pades/reader/pdf-file';
import { prepareSignature } from '../../../../src/shared/pades/signature';
import {
  asText,
  editDict,
  pdfBytes,
  refText,
  streamBody,
} from '../../../../src/shared/pades/syntax';
import { listSignatures } from '../../../../src/shared/pades/verify/signature-fields';
import { signAsToken } from '../../../support/demo-pki';
import {
  anOffice,
  fixture,
  issued,
  open,
  platform,
  prepared,
  SIGNED_AT,
  signAsLeader,
  signWith,
  value,
  verify,
  type Office,
} from './helpers';

let office: Office;
/** Signed by the leader, numbered and sealed. */
let sealed: Uint8Array;
/** Signed by the leader only. */
let signed: Uint8Array;
beforeAll(() => {
  office = anOffice();
  sealed = issued(office, fixture('chromium-draft.pdf'));
  signed = signAsLeader(office, prepared(fixture('chromium-draft.pdf')));
});

const codesOf = (bytes: Uint8Array) => {
  const { reasons, signatures } = verify(bytes, office.trust);
  return [...reasons, ...signatures.flatMap((one) => one.reasons)].map(({ code }) => code);
};
const verdictOf = (bytes: Uint8Array) => verify(bytes, office.trust).verdict;

/** What an attacker does: an update by a perfectly good writer. */
function update(
  bytes: Uint8Array,
  change: (file: PdfFile, next: () => number) => readonly ObjectChange[],
) {
  const file = open(bytes);
  return value(appendRevision(file, change(file, objectNumbers(file)))).bytes;
}

/** Rewrites the dictionary of an object with some entries changed. */
function edit(
  file: PdfFile,
  num: number,
  changes: Record<string, string | undefined>,
): ObjectChange {
  const object = file.now.find(num);
  const dict = dictOf(object?.value);
  if (!object || !dict) throw new Error(`object ${num}`);
  return { num, gen: object.gen, body: editDict(object.source, dict, changes) };
}

const catalogNumber = (file: PdfFile): number => {
  const root = rawEntry(file.now.trailer, 'Root');
  return isKind(root, 'ref') ? root.num : 0;
};
const fieldNumber = (file: PdfFile, name: string): number =>
  findField(readForm(file.now), name)?.ref?.num ?? 0;
const pageNumber = (file: PdfFile): number => listPages(file.now)[0]?.ref.num ?? 0;
const formDict = (file: PdfFile): PdfDict => {
  const { dict } = readForm(file.now);
  if (!dict) throw new Error('no form');
  return dict;
};
const paint = (text: string) => streamBody([], pdfBytes(text));

/** The same length, other bytes; the first occurrence after `from`. */
function patch(bytes: Uint8Array, find: string, by: string, from = 0): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const at = text.indexOf(find, from);
  if (at < 0 || find.length !== by.length) throw new Error(`cannot patch ${find}`);
  return Uint8Array.from(
    Buffer.from(text.slice(0, at) + by + text.slice(at + find.length), 'latin1'),
  );
}

test('the file the attacks start from is good', () => {
  expect(verdictOf(sealed)).toBe('HOP_LE_CANH_BAO');
  expect(verdictOf(signed)).toBe('HOP_LE_CANH_BAO');
});

describe('bytes', () => {
  test('attack 1, T-5: any flipped bit inside the covered range is found', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const bytes = sealed.slice();
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(['KHONG_HOP_LE', 'CHUA_XAC_DINH']).toContain(verdictOf(bytes));
      }),
      { numRuns: 60, seed: 20261122 },
    );
  });

  test('attack 1: a flipped letter of the page is broken integrity', () => {
    const bytes = sealed.slice();
    bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;

    const { verdict, signatures } = verify(bytes, office.trust);

    expect(verdict).toBe('KHONG_HOP_LE');
    expect(signatures.map(({ integrity }) => integrity)).toEqual(['broken', 'broken']);
  });

  test('attack 2: a changed signature value', () => {
    const file = open(signed);
    const [signature] = listSignatures(file, readForm(file.now));
    const at = (signature?.dict.entries.get('Contents')?.start ?? 0) + 3_000;
    const bytes = signed.slice();
    bytes[at] = bytes[at] === 0x30 ? 0x31 : 0x30;

    expect(verdictOf(bytes)).toBe('KHONG_HOP_LE');
  });

  test('attack 3: bytes behind the end; a few blanks are tolerated', () => {
    const withTail = (tail: string) => new Uint8Array([...sealed, ...pdfBytes(tail)]);

    expect(codesOf(withTail('junk'))).toContain('file.trailing-bytes');
    expect(verdictOf(withTail('% a comment that says nothing'))).toBe('KHONG_HOP_LE');
    expect(verdictOf(withTail('\n\n'))).toBe('HOP_LE_CANH_BAO');
  });

  test('attack 5, 6: objects without cross-reference, cross-reference without trailer', () => {
    const file = open(sealed);
    const page = pageNumber(file);
    const object = `${page} 0 obj\n<< /Type /Page >>\nendobj\n`;

    expect(verdictOf(new Uint8Array([...sealed, ...pdfBytes(object)]))).toBe('KHONG_HOP_LE');
    const table = `${object}xref\n${page} 1\n${String(sealed.length).padStart(10, '0')} 00000 n \n`;
    expect(verdictOf(new Uint8Array([...sealed, ...pdfBytes(table)]))).toBe('KHONG_HOP_LE');
    expect(verdictOf(new Uint8Array([...sealed, ...pdfBytes(`${table}trailer\n%%EOF\n`)]))).toBe(
      'KHONG_HOP_LE',
    );
  });

  test('attack 5: an object hidden in an otherwise good update', () => {
    const bytes = update(sealed, (file, next) => [
      {
        num: next(),
        gen: 0,
        body: pdfBytes(`null\nendobj\n${pageNumber(file)} 0 obj\n<< /Type /Page >>`),
      },
    ]);

    expect(codesOf(bytes)).toContain('change.unexplained-bytes');
  });
});

describe('later revisions', () => {
  const cases: readonly (readonly [
    string,
    string,
    (file: PdfFile, next: () => number) => readonly ObjectChange[],
  ])[] = [
    [
      '4: page content replaced',
      'change.page',
      (file, next) => {
        const num = next();
        return [
          { num, gen: 0, body: paint('0 0 600 800 re f') },
          edit(file, pageNumber(file), { Contents: refText({ num }) }),
        ];
      },
    ],
    [
      '4: content stream replaced in place',
      'change.page',
      (file) => {
        const contents = rawEntry(listPages(file.now)[0]?.dict, 'Contents');
        return [
          {
            num: isKind(contents, 'ref') ? contents.num : 0,
            gen: 0,
            body: paint('0 0 600 800 re f'),
          },
        ];
      },
    ],
    [
      '7: the signature copied into a new field',
      'field.shared-signature',
      (file, next) => {
        const num = next();
        const value = rawEntry(findField(readForm(file.now), 'ky_ca_nhan')?.dict, 'V');
        const fields = formDict(file).entries.get('Fields');
        const source = file.now.find(catalogNumber(file))?.source ?? file.bytes;
        const list = asText(source.subarray(fields?.start, (fields?.end ?? 1) - 1));
        const form = asText(
          editDict(source, formDict(file), { Fields: `${list} ${refText({ num })}]` }),
        );
        return [
          {
            num,
            gen: 0,
            body: pdfBytes(
              `<< /FT /Sig /T (moi) /V ${isKind(value, 'ref') ? refText(value) : ''} >>`,
            ),
          },
          edit(file, catalogNumber(file), { AcroForm: form }),
        ];
      },
    ],
    [
      '12: appearance of a field changed, value kept',
      'change.appearance-differs',
      (file, next) => {
        const num = next();
        return [
          {
            num,
            gen: 0,
            body: streamBody(
              [
                ['Subtype', '/Form'],
                ['BBox', '[0 0 100 18]'],
              ],
              pdfBytes('0 0 100 18 re f'),
            ),
          },
          edit(file, fieldNumber(file, 'so'), { AP: `<< /N ${refText({ num })} >>` }),
        ];
      },
    ],
    [
      '12: value changed, appearance kept',
      'change.appearance-differs',
      (file) => [edit(file, fieldNumber(file, 'so'), { V: '(99)' })],
    ],
    [
      '12: the fields’ font replaced',
      'change.form',
      (file) => {
        const fontsOfForm = dictOf(
          file.now.get(dictOf(file.now.get(formDict(file), 'DR')), 'Font'),
        );
        const font = rawEntry(fontsOfForm, 'TcvSerif');
        return [
          {
            num: isKind(font, 'ref') ? font.num : 0,
            gen: 0,
            body: pdfBytes('<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>'),
          },
        ];
      },
    ],
    [
      '14: an annotation laid over the text',
      'change.annotation',
      (file, next) => {
        const num = next();
        const annots = file.now.get(listPages(file.now)[0]?.dict, 'Annots');
        const kept = isKind(annots, 'array')
          ? annots.items.map((item) => (isKind(item, 'ref') ? refText(item) : ''))
          : [];
        return [
          {
            num,
            gen: 0,
            body: pdfBytes(
              '<< /Type /Annot /Subtype /FreeText /Rect [0 0 600 800] /DA (/Helv 12 Tf) >>',
            ),
          },
          edit(file, pageNumber(file), { Annots: `[${kept.join(' ')} ${refText({ num })}]` }),
        ];
      },
    ],
    [
      '18: a field renamed',
      'change.form',
      (file) => [edit(file, fieldNumber(file, 'ngay'), { T: '(ngay_khac)' })],
    ],
    [
      '18: a field made editable or hidden',
      'change.field',
      (file) => [edit(file, fieldNumber(file, 'so'), { F: '2' })],
    ],
    [
      '18: the form removed',
      'file.undeclared-signature',
      (file) => [edit(file, catalogNumber(file), { AcroForm: undefined })],
    ],
    ['19: page turned', 'change.page', (file) => [edit(file, pageNumber(file), { Rotate: '180' })]],
    [
      '19: page cropped',
      'change.page',
      (file) => [edit(file, pageNumber(file), { CropBox: '[0 0 100 100]' })],
    ],
    [
      '19: page added',
      'change.page-tree',
      (file, next) => {
        const num = next();
        const root = rawEntry(catalogOf(file.now), 'Pages');
        const tree = isKind(root, 'ref') ? root.num : 0;
        return [
          {
            num,
            gen: 0,
            body: pdfBytes(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 595 842] >>`),
          },
          edit(file, tree, { Kids: `[${pageNumber(file)} 0 R ${num} 0 R]`, Count: '2' }),
        ];
      },
    ],
    [
      '13: page tree swapped',
      'change.page-tree',
      (file, next) => {
        const num = next();
        const page = next();
        return [
          { num, gen: 0, body: pdfBytes(`<< /Type /Pages /Kids [${page} 0 R] /Count 1 >>`) },
          {
            num: page,
            gen: 0,
            body: pdfBytes(`<< /Type /Page /Parent ${num} 0 R /MediaBox [0 0 595 842] >>`),
          },
          edit(file, catalogNumber(file), { Pages: refText({ num }) }),
        ];
      },
    ],
    [
      '20: an open action',
      'change.catalog',
      (file) => [
        edit(file, catalogNumber(file), { OpenAction: '<< /S /JavaScript /JS (app.alert) >>' }),
      ],
    ],
    [
      '20: layers',
      'change.catalog',
      (file) => [edit(file, catalogNumber(file), { OCProperties: '<< /OCGs [] /D << >> >>' })],
    ],
    ['21: NeedAppearances', 'change.form', (file) => [editForm(file, { NeedAppearances: 'true' })]],
    ['21: XFA', 'change.form', (file) => [editForm(file, { XFA: '(x)' })]],
    [
      '22: another reason',
      'change.signature',
      (file) => {
        const held = rawEntry(findField(readForm(file.now), 'ky_ca_nhan')?.dict, 'V');
        return [edit(file, isKind(held, 'ref') ? held.num : 0, { Reason: '(khac)' })];
      },
    ],
    [
      '17: validation data that hides a changed font',
      'change.validation-data',
      (file, next) => {
        const num = next();
        return [
          { num, gen: 0, body: streamBody([['Subtype', '/Form']], pdfBytes('')) },
          edit(file, catalogNumber(file), { DSS: `<< /Certs [${num} 0 R] >>` }),
        ];
      },
    ],
  ];

  test.each(cases)('attack %s → %s', (_, code, change) => {
    const bytes = update(sealed, change);

    expect(codesOf(bytes)).toContain(code);
    expect(verdictOf(bytes)).toBe('KHONG_HOP_LE');
  });

  test('attack 16, 17: an object changed on a permitted path is found on every other path', () => {
    // The page's content is swapped, and the same object is named as validation data and extension.
    const bytes = update(signed, (file) => {
      const contents = rawEntry(listPages(file.now)[0]?.dict, 'Contents');
      const num = isKind(contents, 'ref') ? contents.num : 0;
      return [
        { num, gen: 0, body: streamBody([], pdfBytes('0 0 600 800 re f')) },
        edit(file, catalogNumber(file), {
          DSS: `<< /Certs [${num} 0 R] >>`,
          Extensions: `<< /X ${num} 0 R >>`,
        }),
      ];
    });

    expect(codesOf(bytes)).toContain('change.page');
  });

  test('attack 11: hide in one revision, show again in the next', () => {
    const hidden = update(sealed, (file) => [edit(file, pageNumber(file), { Rotate: '90' })]);
    const shown = update(hidden, (file) => [edit(file, pageNumber(file), { Rotate: undefined })]);

    expect(verdictOf(shown)).toBe('KHONG_HOP_LE');
  });

  test('attack 15: a stranger’s signature over the leader’s', () => {
    const stranger = anOffice();
    const bytes = signWith({ ...office, pki: stranger.pki }, signed, stranger.leader, {
      field: 'la',
      place: { page: -1, rect: [200, 60, 500, 300] },
    });

    const { verdict, signatures } = verify(bytes, office.trust);

    expect(verdict).toBe('CHUA_XAC_DINH');
    expect(signatures[1]?.trust).not.toBe('trusted');
    expect(signatures[1]?.reasons).toContainEqual({
      code: 'place.overlaps-signature',
      where: 'ky_ca_nhan',
    });
  });

  test('V-8: after the seal (FieldMDP All) not even a proper filling is allowed', () => {
    const early = signWith(office, prepared(fixture('chromium-draft.pdf')), office.organ, {
      field: 'ky_co_quan',
    });
    const bytes = update(early, (file, next) => {
      const num = next();
      return [
        {
          num,
          gen: 0,
          body: streamBody(
            [
              ['Subtype', '/Form'],
              ['BBox', '[0 0 9 9]'],
            ],
            pdfBytes(''),
          ),
        },
        edit(file, fieldNumber(file, 'ky_ca_nhan'), {
          V: '<< /Type /Sig >>',
          AP: `<< /N ${num} 0 R >>`,
        }),
      ];
    });

    expect(codesOf(bytes)).toContain('change.field-locked');
  });

  test('4.3: validation data and a touched /ModDate leave the signatures good', () => {
    const bytes = update(sealed, (file, next) => {
      const num = next();
      const info = rawEntry(file.now.trailer, 'Info');
      return [
        { num, gen: 0, body: streamBody([], office.pki.subCa.certificate) },
        edit(file, catalogNumber(file), { DSS: `<< /Certs [${num} 0 R] >>` }),
        ...(isKind(info, 'ref')
          ? [edit(file, info.num, { ModDate: "(D:20270101000000+07'00')" })]
          : []),
      ];
    });

    const { verdict, signatures } = verify(bytes, office.trust);

    expect(signatures.map(({ changes }) => changes)).toEqual(['permitted', 'maintenance']);
    expect(verdict).toBe('HOP_LE_CANH_BAO');
  });
});

function editForm(file: PdfFile, changes: Record<string, string>): ObjectChange {
  const source = file.now.find(catalogNumber(file))?.source ?? file.bytes;
  return edit(file, catalogNumber(file), {
    AcroForm: asText(editDict(source, formDict(file), changes)),
  });
}

describe('signature dictionary and CMS', () => {
  const range = (bytes: Uint8Array): string =>
    /\/ByteRange \[[^\]]*\]/.exec(Buffer.from(bytes).toString('latin1'))?.[0] ?? '';
  const replaceRange = (numbers: string): Uint8Array => {
    const old = range(signed);
    return patch(signed, old, `/ByteRange [${numbers}]`.padEnd(old.length));
  };

  test.each([
    ['8: numbers swapped', '0 300 200 100'],
    ['8: gap widened', '0 1000 2000 100'],
    ['9: negative', '-1 10 20 30'],
    ['9: huge', '0 10 20 99999999999'],
    ['9: too few', '0 10 20'],
    ['9: not numbers', 'null null'],
  ])('attack %s', (_, numbers) => {
    expect(verdictOf(replaceRange(numbers))).toBe('KHONG_HOP_LE');
  });

  test('attack 9: /Contents or /ByteRange renamed away', () => {
    expect(verdictOf(patch(signed, '/Contents <30', '/Contentz <30'))).toBe('KHONG_HOP_LE');
    expect(verdictOf(patch(signed, '/ByteRange [', '/ByteRangf ['))).toBe('KHONG_HOP_LE');
    expect(verdictOf(patch(signed, '/ETSI.CAdES.detached', '/ETSI.CAdES.detachee'))).not.toMatch(
      /^HOP_LE/,
    );
  });

  test('attack 10: two dictionaries with one range', () => {
    const bytes = update(signed, (file, next) => {
      const num = next();
      const held = rawEntry(findField(readForm(file.now), 'ky_ca_nhan')?.dict, 'V');
      const object = isKind(held, 'ref') ? file.now.find(held.num) : undefined;
      const dict = dictOf(object?.value);
      const copy =
        object && dict ? object.source.subarray(dict.start, dict.end) : new Uint8Array(0);
      return [
        { num, gen: 0, body: copy },
        edit(file, fieldNumber(file, 'ky_co_quan'), { V: refText({ num }) }),
      ];
    });

    expect(codesOf(bytes)).toContain('range.gap-mismatch');
    expect(verdictOf(bytes)).toBe('KHONG_HOP_LE');
  });

  /** A leader's signature whose CMS an attacker made as he liked. */
  function forge(change: (cms: Uint8Array) => Uint8Array, other?: Uint8Array): Uint8Array {
    const certificate = parseCertificate(office.leader.certificate);
    const swapped = parseCertificate(other ?? office.leader.certificate);
    const { pending, dataToSign } = value(
      prepareSignature(platform, prepared(fixture('hand-cr-line-ends.pdf')), {
        field: 'ky_ca_nhan',
        certificates: [office.leader.certificate],
        signedAtMs: SIGNED_AT,
        appearance: { kind: 'none' },
      }),
    );
    if (!certificate || !swapped) throw new Error('certificate');
    const cms = change(
      buildCms({
        scheme: pending.scheme,
        certificate: swapped,
        chain: [],
        attributes: dataToSign,
        signature: signAsToken(office.leader.privateKeyPem, dataToSign),
      }),
    );
    const bytes = pending.bytes.slice();
    bytes.set(pdfBytes(Buffer.from(cms).toString('hex')), pending.gap.start + 1);
    return bytes;
  }
  const withSubCa = () => ({
    ...office.trust,
    intermediates: [parseCertificate(office.pki.subCa.certificate)].filter((c) => c !== undefined),
  });
  const codesWith = (bytes: Uint8Array) =>
    verify(bytes, withSubCa()).signatures.flatMap(({ reasons }) => reasons.map(({ code }) => code));

  test('a CMS made the same way without tricks is good', () => {
    expect(
      verify(
        forge((cms) => cms),
        withSubCa(),
      ).verdict,
    ).toBe('HOP_LE_CANH_BAO');
  });

  test('attack 23: another certificate over the same key', () => {
    const publicKeyPem = certificateKey(office.leader.certificatePem);
    const twin = office.pki.issue({ commonName: 'Nguyễn Văn Khác', publicKeyPem });

    expect(codesWith(forge((cms) => cms, twin.certificate))).toContain('cms.certificate-mismatch');
  });

  test('attack 24: data behind the CMS, two signers, indefinite length', () => {
    expect(codesWith(forge((cms) => new Uint8Array([...cms, 1, 2, 3])))).toContain(
      'cms.trailing-data',
    );
    expect(
      codesWith(forge((cms) => Uint8Array.from(cms, (byte, i) => (i === 1 ? 0x80 : byte)))),
    ).toContain('cms.not-der');
  });

  test('attack 23: a digest of other bytes', () => {
    const scheme = { scheme: 'rsaPkcs1', hash: 'SHA-256' } as const;
    const attributes = signedAttributes({
      scheme,
      messageDigest: new Uint8Array(32),
      certificateHash: platform.digest('SHA-256', office.leader.certificate),
    });
    const certificate = parseCertificate(office.leader.certificate);
    if (!certificate) throw new Error('certificate');
    const bytes = forge(() =>
      buildCms({
        scheme,
        certificate,
        chain: [],
        attributes,
        signature: signAsToken(office.leader.privateKeyPem, attributes),
      }),
    );

    expect(codesWith(bytes)).toContain('cms.digest-mismatch');
    expect(verify(bytes, withSubCa()).verdict).toBe('KHONG_HOP_LE');
  });

  test('attack 34: pictures without a signature', () => {
    expect(verdictOf(prepared(fixture('scan.pdf')))).toBe('KHONG_CO_CHU_KY');
  });
});

function certificateKey(pem: string): string {
  return new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
