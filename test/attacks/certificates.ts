import { derElement, derOid, derSequence } from '../../src/shared/pades/cms/der';
import { oid } from '../../src/shared/pades/cms/oids';
import { NOW, SIGNED_AT, signWith } from '../unit/shared/pades/helpers';
import type { DemoIdentity } from '../support/demo-pki';
import { toPem } from '../support/demo-pki';
import type { Attack, Base } from './attack';
import {
  authority,
  basicConstraints,
  derName,
  extension,
  keyUsage,
  makeCertificate,
  makeList,
  nameConstraints,
  person,
  type Made,
} from './authority';
import { craft, makeToken, tokenAttribute } from './craft';

const GEN_TIME = '20261122020600Z';
const DAY = 86_400_000;
const at = (offsetMs: number): Date => new Date(SIGNED_AT + offsetMs);

const aStamper = ({ office }: Base, isTimestampAuthority = true): DemoIdentity =>
  office.pki.issue({ commonName: 'Máy cấp dấu thời gian', isTimestampAuthority });

/** The leader's signature with a token over what `stamped` says. */
const timestamped =
  (token: (base: Base, signature: Uint8Array) => Uint8Array) =>
  (base: Base): Uint8Array =>
    craft(base.ready, {
      signer: base.office.leader,
      others: [base.office.pki.subCa.certificate],
      unsigned: (signature) => tokenAttribute(token(base, signature)),
    });

const tokenOver = (base: Base, stamped: Uint8Array, signer = aStamper(base)): Uint8Array =>
  makeToken({ signer, others: [base.office.pki.subCa.certificate], stamped, time: GEN_TIME });

/** Another year in the token, which its signature does not cover then. */
function redated(token: Uint8Array): Uint8Array {
  const text = Buffer.from(token).toString('latin1');
  return new Uint8Array(Buffer.from(text.replace('20261122020600Z', '20251122020600Z'), 'latin1'));
}

/** A chain of our own: root and intermediate by these extensions, and a person who signs. */
interface Chain {
  readonly root: Made;
  readonly middle: Made;
  readonly leaf: Made;
}

function aChain(options: {
  readonly middle?: readonly Uint8Array[];
  readonly leaf?: readonly Uint8Array[];
  readonly leafName?: Parameters<typeof derName>[0];
  readonly middleEnds?: string;
}): Chain {
  const root = makeCertificate({ subject: 'CA gốc thử', extensions: authority() });
  const middle = makeCertificate({
    subject: 'CA trung gian thử',
    issuer: root,
    extensions: options.middle ?? authority(),
    ...(options.middleEnds === undefined ? {} : { notAfter: options.middleEnds }),
  });
  const leaf = makeCertificate({
    subject: options.leafName ?? 'Nguyễn Văn Mẫu',
    issuer: middle,
    extensions: options.leaf ?? person,
  });
  return { root, middle, leaf };
}

/** Attacks on paths: the chain is made once for the file and for what is trusted. */
function onChain(
  name: string,
  expected: Pick<Attack, 'verdict' | 'code'>,
  options: Parameters<typeof aChain>[0] & {
    readonly trusted?: (chain: Chain) => readonly string[];
  } = {},
): Attack {
  const chain = aChain(options);
  const trusted =
    options.trusted ?? (({ root, middle }) => [root.certificatePem, makeList({ issuer: middle })]);
  return {
    name,
    ...expected,
    make: ({ ready }) =>
      craft(ready, {
        signer: chain.leaf,
        others: [chain.middle.certificate, chain.root.certificate],
        signatureAlgorithm: derSequence(derOid('1.2.840.10045.4.3.2')),
      }),
    trust: () => trusted(chain),
  };
}

const good = { verdict: 'HOP_LE_CANH_BAO', code: 'time.claimed-only' } as const;
const unusable = { verdict: 'CHUA_XAC_DINH', code: 'chain.unusable-certificate' } as const;
const noList = { verdict: 'CHUA_XAC_DINH', code: 'revocation.missing' } as const;

const withList = (shape: (chain: Chain) => Parameters<typeof makeList>[0]) => ({
  trusted: (chain: Chain) => [chain.root.certificatePem, makeList(shape(chain))],
});

const revokedAt =
  (when: Date) =>
  ({ office }: Base): readonly string[] => [
    office.pki.root.certificatePem,
    office.pki.subCa.certificatePem,
    toPem(
      'X509 CRL',
      office.pki.crl({
        thisUpdate: at(-DAY),
        nextUpdate: at(6 * DAY),
        revoked: [{ serial: office.leader.serial, at: when }],
      }),
    ),
  ];

const named = (name: string, commonName: string): Attack => ({
  name,
  make: ({ office, ready }) =>
    signWith(office, ready, office.pki.issue({ commonName }), { field: 'ky_ca_nhan' }),
  verdict: 'HOP_LE_CANH_BAO',
  code: 'certificate.unusual-name',
});

const province = [
  [oid.organization, 'Tỉnh Thử'],
  [oid.commonName, 'Nguyễn Văn Mẫu'],
] as const;
const within = (isCritical: boolean) => [
  ...authority(),
  nameConstraints({ permitted: derName([[oid.organization, 'Tỉnh Khác']]) }, isCritical),
];

/** Whom and when: timestamps, lists, chains, names (attacks 27 to 31 and 36). */
export const certificateAttacks: readonly Attack[] = [
  {
    name: '27: (a timestamp as it should be, for comparison)',
    make: timestamped((base, signature) => tokenOver(base, signature)),
    verdict: 'HOP_LE_CANH_BAO',
    code: 'revocation.issuer-unchecked',
  },
  {
    name: '27: a timestamp of another signature',
    make: timestamped((base) => tokenOver(base, new Uint8Array(256))),
    verdict: 'HOP_LE_CANH_BAO',
    code: 'timestamp.invalid',
  },
  {
    name: '27: a timestamp with another date',
    make: timestamped((base, signature) => redated(tokenOver(base, signature))),
    verdict: 'HOP_LE_CANH_BAO',
    code: 'timestamp.invalid',
  },
  {
    name: '27: a timestamp by somebody who is no authority for it',
    make: timestamped((base, signature) => tokenOver(base, signature, aStamper(base, false))),
    verdict: 'HOP_LE_CANH_BAO',
    code: 'timestamp.untrusted',
  },

  onChain('28: (a list as it should be, for comparison)', good),
  onChain(
    '28: a list that another authority signed',
    noList,
    withList(({ middle, root }) => ({ issuer: middle, signedWith: root.privateKeyPem })),
  ),
  onChain(
    '28: a list of another authority',
    noList,
    withList(({ root }) => ({ issuer: root })),
  ),
  onChain(
    '28: a list of some certificates only',
    noList,
    withList(({ middle }) => ({
      issuer: middle,
      extensions: [
        extension(
          oid.issuingDistributionPoint,
          derSequence(derElement(0x82, Uint8Array.of(0xff))),
          true,
        ),
      ],
    })),
  ),
  onChain(
    '28: a list of the changes since another one',
    noList,
    withList(({ middle }) => ({
      issuer: middle,
      extensions: [extension(oid.deltaCrl, derElement(0x02, Uint8Array.of(1)), true)],
    })),
  ),
  onChain(
    '28: a list with a critical extension that nobody knows',
    noList,
    withList(({ middle }) => ({
      issuer: middle,
      extensions: [extension('1.2.3.4.5', derSequence(), true)],
    })),
  ),
  onChain(
    '28: a list of the future',
    noList,
    withList(({ middle }) => ({
      issuer: middle,
      thisUpdate: '20270101000000Z',
      nextUpdate: '20270201000000Z',
    })),
  ),
  onChain('28: a list by an authority that may sign none', noList, {
    middle: [basicConstraints(true), keyUsage(0x04)],
  }),

  onChain(
    '29: a root of the file’s own',
    { verdict: 'CHUA_XAC_DINH', code: 'chain.untrusted-root' },
    { trusted: () => [] },
  ),
  onChain('29: an intermediate that is no authority', unusable, {
    middle: [basicConstraints(false), keyUsage(0x06)],
  }),
  onChain('29: an intermediate that says nothing of being one', unusable, { middle: [] }),
  onChain('29: an intermediate that may not sign certificates', unusable, {
    middle: [basicConstraints(true), keyUsage(0x02)],
  }),
  onChain(
    '29: an intermediate that had ended',
    { verdict: 'KHONG_HOP_LE', code: 'certificate.expired' },
    { middleEnds: '20261001000000Z' },
  ),
  onChain('29: a name outside what the authority may name', unusable, {
    middle: within(true),
    leafName: province,
  }),
  onChain('29: the same, not marked critical', unusable, {
    middle: within(false),
    leafName: province,
  }),
  onChain('29: a name that the authority is denied', unusable, {
    middle: [
      ...authority(),
      nameConstraints({ excluded: derName([[oid.organization, 'Tỉnh Thử']]) }),
    ],
    leafName: province,
  }),
  onChain(
    '29: a certificate with a critical extension that nobody knows',
    { verdict: 'CHUA_XAC_DINH', code: 'certificate.not-for-signing' },
    { leaf: [...person, extension('1.2.3.4.5', derSequence(), true)] },
  ),

  {
    name: '30: revoked before it signed',
    make: ({ signed }) => signed,
    trust: revokedAt(at(-DAY)),
    verdict: 'KHONG_HOP_LE',
    code: 'certificate.revoked',
  },
  {
    name: '30: revoked after the claimed time, which proves nothing',
    make: ({ signed }) => signed,
    trust: revokedAt(at(600_000)),
    verdict: 'CHUA_XAC_DINH',
    code: 'certificate.revoked-unproven',
  },
  {
    name: '30: revoked after the proven time',
    make: timestamped((base, signature) => tokenOver(base, signature)),
    trust: revokedAt(at(600_000)),
    verdict: 'HOP_LE_CANH_BAO',
    code: 'certificate.revoked-later',
  },

  {
    name: '31: a claimed time in the future',
    make: ({ office, ready }) =>
      craft(ready, { signer: office.leader, signedAtMs: NOW + 30 * DAY }),
    verdict: 'HOP_LE_CANH_BAO',
    code: 'time.in-future',
  },
  {
    name: '31: a clock set back to before the certificate',
    make: ({ office, ready }) =>
      craft(ready, { signer: office.leader, signedAtMs: Date.parse('2024-06-01T00:00:00Z') }),
    verdict: 'KHONG_HOP_LE',
    code: 'certificate.not-yet-valid',
  },

  named('36: a Cyrillic а in the organ’s name', 'Ủy bаn nhân dân xã Thử Nghiệm'),
  named('36: two blanks where one belongs', 'Ủy ban  nhân dân xã Thử Nghiệm'),
  named('36: a blank of no width', 'Ủy ban\u200b nhân dân xã Thử Nghiệm'),
  named('36: a Greek ο', 'Ủy ban nhân dân xã Thử Nghiệm \u03bf'),
];
