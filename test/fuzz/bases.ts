import { readForm } from '../../src/shared/pades/reader/form';
import { checkByteRange } from '../../src/shared/pades/verify/byte-range';
import { listSignatures } from '../../src/shared/pades/verify/signature-fields';
import { toPem } from '../support/demo-pki';
import {
  anOffice,
  fixture,
  NOW,
  numberAndDate,
  open,
  prepared,
  signWith,
} from '../unit/shared/pades/helpers';
import type { FuzzBase, FuzzBases } from './fuzz-one';

/** One of each kind of cross-reference and line end, small. */
const drafts = [
  'hand-cr-line-ends.pdf',
  'hand-crlf-line-ends.pdf',
  'hand-hybrid.pdf',
  'hand-form-in-update.pdf',
  'qpdf-object-streams.pdf',
  'qpdf-linearised-object-streams.pdf',
];

/** Files signed once and, filled in, twice; without pictures, which nobody reads here. */
export function makeFuzzBases(): FuzzBases {
  const office = anOffice();
  const files = drafts.flatMap((name) => {
    const signed = signWith(office, prepared(fixture(name)), office.leader, {
      field: 'ky_ca_nhan',
    });
    const sealed = signWith(office, signed, office.organ, {
      field: 'ky_co_quan',
      fill: numberAndDate,
    });
    return [baseOf(signed), baseOf(sealed)];
  });
  return {
    files,
    certificate: office.leader.certificate,
    issuer: office.pki.subCa.certificate,
    list: office.crl,
    trustPem: [office.pki.root.certificatePem, toPem('X509 CRL', office.crl)],
    nowMs: NOW,
  };
}

function baseOf(bytes: Uint8Array): FuzzBase {
  const file = open(bytes);
  const ranges = listSignatures(file, readForm(file.now)).flatMap(
    (signature) => checkByteRange(file, signature).range ?? [],
  );
  return { bytes, ranges: ranges.map(({ gapStart, gapEnd, end }) => ({ gapStart, gapEnd, end })) };
}
