import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes } from '../../../../src/shared/kernel/bytes';
import { buildCms, signedAttributes } from '../../../../src/shared/pades/cms/build';
import { parseCertificate } from '../../../../src/shared/pades/cms/certificate';
import { readDerChildren, readDerSpan, spanBytes } from '../../../../src/shared/pades/cms/der';
import { findField, readForm } from '../../../../src/shared/pades/reader/form';
import { dictOf, isKind, rawEntry } from '../../../../src/shared/pades/reader/objects';
import { listPages } from '../../../../src/shared/pades/reader/pages';
import { prepareSignature } from '../../../../src/shared/pades/signature';
import { pdfBytes, refText, streamBody } from '../../../../src/shared/pades/syntax';
import { listSignatures } from '../../../../src/shared/pades/verify/signature-fields';
import {
  catalogNumber,
  edit,
  fieldNumber,
  pageNumber,
  patch,
  update,
} from '../../../attacks/toolbox';
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

  test('attack 5, V-7: an object hidden in an otherwise good update', () => {
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

  test('attack 9, V-2: /Contents or /ByteRange renamed away', () => {
    expect(verdictOf(patch(signed, '/Contents <30', '/Contentz <30'))).toBe('KHONG_HOP_LE');
    expect(verdictOf(patch(signed, '/ByteRange [', '/ByteRangf ['))).toBe('KHONG_HOP_LE');
    expect(verdictOf(patch(signed, '/ETSI.CAdES.detached', '/ETSI.CAdES.detachee'))).not.toMatch(
      /^HOP_LE/,
    );
  });

  test('attack 10, V-2: two dictionaries with one range', () => {
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

  test('attack 24, V-4: data behind the CMS, two signers, indefinite length', () => {
    expect(codesWith(forge((cms) => new Uint8Array([...cms, 1, 2, 3])))).toContain(
      'cms.trailing-data',
    );
    expect(
      codesWith(forge((cms) => Uint8Array.from(cms, (byte, i) => (i === 1 ? 0x80 : byte)))),
    ).toContain('cms.unreadable');
  });

  /** The outer three elements of a CMS with indefinite length (X.690 §8.1.3.6). */
  function indefinite(cms: Uint8Array, start = 0, depth = 3): Uint8Array {
    const span = readDerSpan(cms, start);
    if (!span) throw new Error('our own CMS');
    if (depth === 0 || (span.tag & 0x20) === 0) return spanBytes(cms, span);
    const children = readDerChildren(cms, span) ?? [];
    const inside = children.map((child) => indefinite(cms, child.start, depth - 1));
    return concatBytes(Uint8Array.of(span.tag, 0x80), ...inside, Uint8Array.of(0, 0));
  }

  test('4.3: indefinite lengths, as NSS writes them, are read; what they hold must still be right', () => {
    expect(codesWith(forge(indefinite))).not.toContain('cms.not-der');
    expect(verify(forge(indefinite), withSubCa()).verdict).toBe('HOP_LE_CANH_BAO');
    const broken = forge((cms) =>
      indefinite(cms).map((byte, i) => (i === cms.length - 20 ? byte ^ 1 : byte)),
    );
    expect(codesWith(broken)).toContain('cms.signature-wrong');
    // Only constructed elements end that way: nothing is guessed.
    const primitive = () => Uint8Array.of(0x30, 0x80, 0x04, 0x80, 0, 0, 0, 0);
    expect(codesWith(forge(primitive))).toContain('cms.not-der');
  });

  test('attack 23, V-4: a digest of other bytes', () => {
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
