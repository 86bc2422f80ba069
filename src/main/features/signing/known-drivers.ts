/** Where a vendor's driver usually lies. Data, not code (K-1): a new vendor is a new line. */
export interface KnownDriver {
  readonly id: string;
  /** File name in System32; 64-bit programs find 64-bit drivers there. */
  readonly windows: readonly string[];
  /** Absolute paths; the first that exists is taken. */
  readonly linux: readonly string[];
}

/** SoftHSM is not among them: a software key comes in by the administrator's setting alone. */
export const knownDrivers: readonly KnownDriver[] = [
  { id: 'bit4id', windows: ['bit4xpki.dll', 'bit4ipki.dll'], linux: ['/usr/lib/libbit4xpki.so'] },
  {
    id: 'safenet',
    windows: ['eTPKCS11.dll'],
    linux: ['/usr/lib/libeTPkcs11.so', '/usr/lib64/libeTPkcs11.so'],
  },
  { id: 'gca', windows: ['gca01-client_csp11.dll', 'gclib.dll'], linux: [] },
  { id: 'vnpt', windows: ['vnptca_p11_v6.dll', 'vnpt-ca_v34.dll'], linux: [] },
  { id: 'viettel', windows: ['viettel-ca_v5.dll', 'viettel-ca_v4.dll'], linux: [] },
  { id: 'bkav', windows: ['BkavCA.dll', 'BkavCAv2S.dll'], linux: [] },
  { id: 'fpt', windows: ['fptca_v3.dll', 'fpt-ca.dll'], linux: [] },
  { id: 'ca2', windows: ['CA2_v34.dll', 'nca_v6.dll'], linux: [] },
  {
    id: 'epass2003',
    windows: ['eps2003csp11.dll', 'ShuttleCsp11_3003.dll'],
    linux: ['/usr/lib/libcastle.so.1.0.0', '/opt/ePass2003/libcastle.so'],
  },
  {
    id: 'opensc',
    windows: ['opensc-pkcs11.dll'],
    linux: [
      '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
      '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so',
      '/usr/lib64/opensc-pkcs11.so',
      '/usr/lib/opensc-pkcs11.so',
    ],
  },
];
