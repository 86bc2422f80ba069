import { beforeAll, describe, expect, test } from 'vitest';
import {
  opensslSigning,
  soundSigners,
  unknownSigners,
  type OtherSigner,
} from '../../../attacks/openssl-signatures';
import { anOffice, fixture, has, prepared, signAsLeader, verify, type Office } from './helpers';

describe.skipIf(!has('openssl'))('V-5: signatures that openssl made', () => {
  let office: Office;
  let signedBy: (signer: OtherSigner) => Uint8Array;
  beforeAll(() => {
    office = anOffice();
    signedBy = opensslSigning(signAsLeader(office, prepared(fixture('hand-cr-line-ends.pdf'))));
  }, 60_000);

  test.each(soundSigners)('$name is intact', (signer) => {
    const { signatures } = verify(signedBy(signer), office.trust);

    expect(signatures).toMatchObject([{ integrity: 'intact', algorithm: signer.name }]);
  });

  test.each(unknownSigners)('$name is not called right or wrong', (signer) => {
    const { verdict, signatures } = verify(signedBy(signer), office.trust);

    const [signature] = signatures;
    expect([verdict, signature?.integrity]).toEqual(['CHUA_XAC_DINH', 'undecided']);
    expect(signature?.reasons.map(({ code }) => code)).toContain('algorithm.unsupported');
  });
});
