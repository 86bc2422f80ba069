import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { equalBytes } from '../../../../src/shared/kernel/bytes';
import { ocspRequest } from '../../../../src/shared/pades/cms/ocsp';
import { parseCertificate } from '../../../../src/shared/pades/cms/certificate';
import { grantedToken, timestampRequest } from '../../../../src/shared/pades/cms/tsp';
import {
  completeDocumentTimestamp,
  prepareDocumentTimestamp,
} from '../../../../src/shared/pades/document-timestamp';
import {
  addValidationData,
  type ValidationData,
} from '../../../../src/shared/pades/security-store';
import { appendRevision, objectNumbers } from '../../../../src/shared/pades/append';
import { isKind, rawEntry } from '../../../../src/shared/pades/reader/objects';
import { catalogOf } from '../../../../src/shared/pades/reader/pages';
import { editDict, pdfBytes, streamBody } from '../../../../src/shared/pades/syntax';
import { coveredBytes } from '../../../../src/shared/pades/signature-gap';
import { collectValidation } from '../../../../src/shared/pades/verify/collect-validation';
import { trustFromPem } from '../../../../src/shared/pades/verify/trust-material';
import { toPem } from '../../../support/demo-pki';
import {
  answerWithOpenssl,
  stampWithOpenssl,
  verifyStampWithOpenssl,
} from '../../../support/openssl-authorities';
import {
  anOffice,
  fixture,
  issued,
  needs,
  open,
  platform,
  prepared,
  run,
  saved,
  sealAsOffice,
  unsignedFixtures,
  signAsLeader,
  signWith,
  temporaryFolder,
  value,
  verify,
  type Office,
} from './helpers';

const DAY = 86_400_000;
let office: Office;
let authority: ReturnType<Office['pki']['issue']>;
beforeAll(() => {
  office = anOffice();
  authority = office.pki.issue({ commonName: 'TSA', isTimestampAuthority: true });
});

function stamped(bytes: Uint8Array): Uint8Array {
  const pending = value(prepareDocumentTimestamp(platform, bytes));
  const imprint = platform.digest('SHA-256', coveredBytes(pending));
  const request = timestampRequest({ imprint, nonce: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
  const token = grantedToken(stampWithOpenssl(office.pki, authority, request)) ?? new Uint8Array();
  expect(verifyStampWithOpenssl(office.pki, token, coveredBytes(pending))).toContain('OK');
  return value(completeDocumentTimestamp(pending, token));
}

/** The office's authorities, and a list of yesterday for each. */
function material(extra: readonly string[] = []) {
  const dates = { thisUpdate: new Date(Date.now() - DAY), nextUpdate: new Date(Date.now() + DAY) };
  const { pki } = office;
  return trustFromPem([
    pki.root.certificatePem,
    pki.subCa.certificatePem,
    toPem('X509 CRL', pki.crl({ issuer: 'root', ...dates })),
    toPem('X509 CRL', pki.crl(dates)),
    ...extra,
  ]).material;
}
const collect = (bytes: Uint8Array, from = material()): readonly ValidationData[] | undefined =>
  collectValidation(platform, bytes, { material: from, nowMs: Date.now() });
const withData = (bytes: Uint8Array): Uint8Array =>
  value(addValidationData(platform, bytes, collect(bytes) ?? []));
const findings = (bytes: Uint8Array) =>
  verify(bytes, material(), Date.now()).signatures.map(({ kind, integrity, changes, level }) => [
    kind,
    integrity,
    changes,
    level,
  ]);

/** Objects as qpdf reads them. */
function qpdfObjects(bytes: Uint8Array): {
  readonly find: (ref: unknown) => Record<string, unknown>;
  readonly store: Record<string, unknown>;
} {
  const path = saved(temporaryFolder(), 'x.pdf', bytes);
  const { qpdf } = JSON.parse(run('qpdf', ['--json', '--json-stream-data=none', path])) as {
    readonly qpdf: readonly [unknown, Record<string, { readonly value?: unknown }>];
  };
  const find = (ref: unknown): Record<string, unknown> =>
    typeof ref === 'string'
      ? (qpdf[1][`obj:${ref}`]?.value as Record<string, unknown>)
      : (ref as Record<string, unknown>);
  const trailer = qpdf[1]['trailer']?.value as Record<string, unknown>;
  return { find, store: find(find(trailer['/Root'])['/DSS']) };
}

/** A store as its own object, with a list and a VRI that are objects too, and an entry we do not know. */
function withForeignStore(bytes: Uint8Array, certificate: Uint8Array): Uint8Array {
  const file = open(bytes);
  const nextNumber = objectNumbers(file);
  const [stream, certs, vri, store] = [nextNumber(), nextNumber(), nextNumber(), nextNumber()];
  const root = rawEntry(file.now.trailer, 'Root');
  const catalog = isKind(root, 'ref') ? file.now.find(root.num) : undefined;
  if (!catalog) throw new Error('no catalogue');
  const body = (text: string) => pdfBytes(text);
  const appended = appendRevision(file, [
    { num: stream, gen: 0, body: streamBody([], certificate) },
    { num: certs, gen: 0, body: body(`[${stream} 0 R]`) },
    { num: vri, gen: 0, body: body(`<< /0123 << /Cert [${stream} 0 R] >> >>`) },
    { num: store, gen: 0, body: body(`<< /Other /Kept /Certs ${certs} 0 R /VRI ${vri} 0 R >>`) },
    {
      num: catalog.num,
      gen: catalog.gen,
      body: editDict(catalog.source, catalogOf(file.now), { DSS: `${store} 0 R` }),
    },
  ]);
  return value(appended).bytes;
}

describe('S-15: document timestamp', needs('openssl', 'pdfsig'), () => {
  test('it is an increment of its own, proves the time of what it covers, and pdfsig agrees', () => {
    const before = signAsLeader(office, prepared(fixture('hand-cr-line-ends.pdf')));

    const after = stamped(before);

    expect(equalBytes(after.subarray(0, before.length), before)).toBe(true);
    expect(findings(after)).toEqual([
      ['leader', 'intact', 'maintenance', 'B-T'],
      ['timestamp', 'intact', 'none', 'timestamp'],
    ]);
    const [leader] = verify(after, material(), Date.now()).signatures;
    expect(Date.now() - Date.parse(leader?.provenTime ?? '')).toBeLessThan(120_000);
    const told = run('pdfsig', ['-nocert', saved(temporaryFolder(), 'x.pdf', after)]);
    // pdfsig reads no document timestamps: openssl does.
    expect(told.match(/Signature is Valid/g)).toHaveLength(1);
  });

  test.each(unsignedFixtures)('the seal comes after it and all three stay: %s', (name) => {
    const bytes = sealAsOffice(office, stamped(signAsLeader(office, prepared(fixture(name)))));

    expect(findings(bytes).map(([kind, integrity, changes]) => [kind, integrity, changes])).toEqual(
      [
        ['leader', 'intact', 'permitted'],
        ['timestamp', 'intact', 'permitted'],
        ['organ', 'intact', 'none'],
      ],
    );
  });

  test('attack 27: a token over other bytes is a broken timestamp and proves nothing', () => {
    const bytes = signAsLeader(office, prepared(fixture('hand-cr-line-ends.pdf')));
    const pending = value(prepareDocumentTimestamp(platform, bytes));
    const request = timestampRequest({
      imprint: platform.digest('SHA-256', bytes),
      nonce: Uint8Array.of(1),
    });
    const token = grantedToken(stampWithOpenssl(office.pki, authority, request));
    const report = verify(
      value(completeDocumentTimestamp(pending, token ?? new Uint8Array())),
      material(),
      Date.now(),
    );

    expect(report.signatures).toMatchObject([
      { kind: 'leader', provenTime: null },
      { kind: 'timestamp', integrity: 'broken' },
    ]);
  });

  test('S-4: a token that does not fit leaves the file as it was', () => {
    const pending = value(
      prepareDocumentTimestamp(platform, prepared(fixture('hand-cr-line-ends.pdf'))),
    );

    expect(completeDocumentTimestamp(pending, new Uint8Array(20_000))).toEqual({
      ok: false,
      error: { code: 'signing.signature-too-large' },
    });
  });
});

describe('S-16: the security store', needs('openssl', 'qpdf', 'pdfsig'), () => {
  test.each(unsignedFixtures)('B-LT after the seal changes no signature: %s', (name) => {
    const before = stamped(issued(office, fixture(name)));

    const after = withData(before);

    expect(equalBytes(after.subarray(0, before.length), before)).toBe(true);
    expect(findings(after)).toEqual([
      ['leader', 'intact', 'permitted', 'B-LT'],
      ['organ', 'intact', 'maintenance', 'B-LT'],
      ['timestamp', 'intact', 'maintenance', 'timestamp'],
    ]);
    const path = saved(temporaryFolder(), 'x.pdf', after);
    expect(run('qpdf', ['--check', path])).toContain('No syntax or stream encoding errors');
    expect(run('pdfsig', ['-nocert', path]).match(/Signature is Valid/g)).toHaveLength(2);
  });

  test('years later the file is judged by what it carries', () => {
    const bytes = withData(stamped(issued(office, fixture('hand-cr-line-ends.pdf'))));
    const { anchors } = material();
    const later = Date.parse('2031-06-01T00:00:00Z');

    const { signatures } = verify(
      bytes,
      { anchors, intermediates: [], crls: [], ocsps: [] },
      later,
    );

    expect(signatures.slice(0, 2)).toMatchObject([
      { kind: 'leader', trust: 'trusted', revocation: { source: 'file', kind: 'crl' } },
      { kind: 'organ', trust: 'trusted', revocation: { source: 'file' } },
    ]);
  });

  test('VRI is named by the SHA-1 of the value with its zeros, as qpdf reads it', () => {
    const bytes = withData(issued(office, fixture('hand-cr-line-ends.pdf')));
    const { find, store } = qpdfObjects(bytes);

    const values = [
      ...Buffer.from(bytes)
        .toString('latin1')
        .matchAll(/\/Contents <([0-9a-f]+)>/g),
    ];
    const names = values.map(([, hex = '']) =>
      createHash('sha1').update(Buffer.from(hex, 'hex')).digest('hex').toUpperCase(),
    );
    const vri = find(store['/VRI']);
    expect(Object.keys(vri).toSorted()).toEqual(names.map((name) => `/${name}`).toSorted());
    for (const one of Object.values(vri)) {
      expect(find(one)).toMatchObject({ '/Cert': { length: 2 }, '/CRL': { length: 2 } });
    }
  });

  test('it only grows: OCSP joins the lists, and what was there stays', () => {
    const signed = issued(office, fixture('hand-cr-line-ends.pdf'));
    const first = withData(signed);
    const certificate = parseCertificate(office.leader.certificate);
    const issuer = parseCertificate(office.pki.subCa.certificate);
    if (!certificate || !issuer) throw new Error('no certificate');
    const answer = answerWithOpenssl(
      {
        pki: office.pki,
        signer: office.pki.issue({ commonName: 'R', isOcspResponder: 'noCheck' }),
      },
      ocspRequest(platform, { certificate, issuer }),
      { good: [office.leader] },
    );
    const block = toPem('OCSP RESPONSE', answer);
    const data = collect(first, material([block])) ?? [];

    const second = value(addValidationData(platform, first, data));

    const before = qpdfObjects(first);
    const after = qpdfObjects(second);
    for (const key of ['/Certs', '/CRLs']) {
      expect(after.store[key]).toEqual(expect.arrayContaining(before.store[key] as unknown[]));
    }
    expect(after.store['/OCSPs']).toHaveLength(1);
    const vriBefore = before.find(before.store['/VRI']);
    const vriAfter = after.find(after.store['/VRI']);
    for (const name of Object.keys(vriBefore)) {
      const was = before.find(vriBefore[name]);
      expect(after.find(vriAfter[name])['/Cert']).toEqual(was['/Cert']);
      expect(after.find(vriAfter[name])['/CRL']).toEqual(
        expect.arrayContaining(was['/CRL'] as unknown[]),
      );
    }
    expect(findings(second)[0]).toEqual(['leader', 'intact', 'permitted', 'B-B']);
    expect(value(addValidationData(platform, second, data))).toBe(second);
  });

  test('a store of another program, with objects of its own, is merged with', () => {
    const signed = signAsLeader(office, prepared(fixture('hand-cr-line-ends.pdf')));
    const foreign = withForeignStore(signed, office.organ.certificate);

    const merged = withData(foreign);

    const was = qpdfObjects(foreign);
    const is = qpdfObjects(merged);
    const [old] = was.find(was.store['/Certs']) as unknown as readonly unknown[];
    expect(is.store['/Certs']).toEqual([old, expect.any(String), expect.any(String)]);
    expect(is.store['/Other']).toBe('/Kept');
    expect(is.find(is.find(is.store['/VRI'])['/0123'])).toEqual({ '/Cert': [old] });
    expect(Object.keys(is.find(is.store['/VRI']))).toHaveLength(2);
    expect(findings(merged)[0]).toEqual(['leader', 'intact', 'maintenance', 'B-B']);
  });

  test('without revocation data of a signer there is nothing to embed', () => {
    const signed = signAsLeader(office, prepared(fixture('hand-cr-line-ends.pdf')));

    expect(
      collect(signed, trustFromPem([office.pki.root.certificatePem]).material),
    ).toBeUndefined();
  });

  test('after a certification that forbids every change both are refused by name', () => {
    const signed = signWith(office, prepared(fixture('hand-cr-line-ends.pdf')), office.leader, {
      field: 'ky_ca_nhan',
      certify: 1,
    });
    const refused = { ok: false, error: { code: 'signing.certified', level: 1 } };

    expect(addValidationData(platform, signed, collect(signed) ?? [])).toEqual(refused);
    expect(prepareDocumentTimestamp(platform, signed)).toEqual(refused);
  });
});
