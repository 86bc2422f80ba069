import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { derSequence } from '../../../../src/shared/pades/cms/der';
import { parseCertificate } from '../../../../src/shared/pades/cms/certificate';
import { oid } from '../../../../src/shared/pades/cms/oids';
import { judgeTrust } from '../../../../src/shared/pades/verify/trust';
import {
  authority,
  basicConstraints,
  derName,
  extension,
  keyUsage,
  makeCertificate,
  nameConstraints,
  person,
  type Made,
} from '../../../attacks/authority';
import { needs, platform, saved, SIGNED_AT, temporaryFolder } from './helpers';

interface Path {
  /** Extensions of each authority below the root, from the top. */
  readonly between: readonly (readonly Uint8Array[])[];
  readonly leaf?: readonly Uint8Array[];
  readonly organization?: string;
}

const inProvince = (organization: string) => derName([[oid.organization, organization]]);
const limited = (isPermitted: boolean, organization: string) => [
  ...authority(),
  nameConstraints({ [isPermitted ? 'permitted' : 'excluded']: inProvince(organization) }),
];
const unknown = extension('1.2.3.4.5', derSequence(), true);

/** In the style of NIST PKITS 4.6 (constraints), 4.7 (key usage), 4.13 (names) and 4.16 (extensions). */
const paths: readonly (readonly [string, boolean, Path])[] = [
  ['one authority between', true, { between: [authority()] }],
  ['no authority between', true, { between: [] }],
  ['no basicConstraints', false, { between: [[keyUsage(0x06)]] }],
  ['cA false', false, { between: [[basicConstraints(false), keyUsage(0x06)]] }],
  ['no keyCertSign', false, { between: [[basicConstraints(true), keyUsage(0x02)]] }],
  ['pathLen 0 above a person', true, { between: [authority(0)] }],
  ['pathLen 0 above an authority', false, { between: [authority(0), authority()] }],
  ['pathLen 1 above an authority', true, { between: [authority(1), authority()] }],
  ['pathLen 1 above two', false, { between: [authority(1), authority(), authority()] }],
  ['a wider pathLen below a narrow one', false, { between: [authority(0), authority(5)] }],
  ['a name within the permitted tree', true, { between: [limited(true, 'Tỉnh Thử')] }],
  ['the same in other letters', true, { between: [limited(true, 'tỉNH  thử')] }],
  ['a name outside the permitted tree', false, { between: [limited(true, 'Tỉnh Khác')] }],
  ['a name within the excluded tree', false, { between: [limited(false, 'Tỉnh Thử')] }],
  ['a name outside the excluded tree', true, { between: [limited(false, 'Tỉnh Khác')] }],
  [
    'limits of the upper authority hold for the lower one’s people',
    false,
    { between: [limited(false, 'Tỉnh Thử'), authority()] },
  ],
  [
    'an unknown critical extension of an authority',
    false,
    { between: [[...authority(), unknown]] },
  ],
  [
    'an unknown critical extension of a person',
    false,
    { between: [authority()], leaf: [...person, unknown] },
  ],
];

function build({ between, leaf, organization = 'Tỉnh Thử' }: Path) {
  const within = (commonName: string) =>
    [
      [oid.organization, organization],
      [oid.commonName, commonName],
    ] as const;
  const root = makeCertificate({ subject: 'Gốc', extensions: authority() });
  const line: Made[] = [root];
  between.forEach((extensions, i) => {
    const issuer = line.at(-1) ?? root;
    line.push(makeCertificate({ subject: within(`Cấp ${i}`), issuer, extensions }));
  });
  const end = makeCertificate({
    subject: within('Nguyễn Văn Mẫu'),
    issuer: line.at(-1) ?? root,
    extensions: leaf ?? person,
  });
  return { root, between: line.slice(1), end };
}

const parsed = (made: readonly Made[]) =>
  made.flatMap(({ certificate }) => parseCertificate(certificate) ?? []);

test.each(paths)('T-7: %s: %s, and openssl says the same', needs('openssl'), (_, isGood, shape) => {
  const { root, between, end } = build(shape);
  const [leaf] = parsed([end]);
  if (!leaf) throw new Error('certificate');

  const { reasons } = judgeTrust(platform, {
    leaf,
    fromFile: { certificates: parsed(between), crls: [], ocsps: [] },
    material: { anchors: parsed([root]), intermediates: [], crls: [], ocsps: [] },
    at: SIGNED_AT,
    basis: 'proven',
    now: SIGNED_AT,
    purpose: 'signing',
  });

  const folder = temporaryFolder();
  const path = (name: string, made: readonly Made[]) =>
    saved(folder, name, made.map(({ certificatePem }) => certificatePem).join(''));
  const { status } = spawnSync('openssl', [
    'verify',
    '-attime',
    String(SIGNED_AT / 1000),
    '-CAfile',
    path('root.pem', [root]),
    ...(between.length > 0 ? ['-untrusted', path('between.pem', between)] : []),
    path('leaf.pem', [end]),
  ]);
  // Without lists every good path ends at "no revocation data".
  const isPath = reasons.every(({ code }) => code.startsWith('revocation.'));
  expect({ ours: isPath, openssl: status === 0 }).toEqual({ ours: isGood, openssl: isGood });
});
