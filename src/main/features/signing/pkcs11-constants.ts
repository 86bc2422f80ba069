/** Names and numbers of PKCS#11 v2.40 that we use; kept here because loading pkcs11js is itself an act that may fail. */
export const ck = {
  CKF_SERIAL_SESSION: 0x4,
  CKU_USER: 1,
  CKU_CONTEXT_SPECIFIC: 2,
  CKO_CERTIFICATE: 1,
  CKO_PRIVATE_KEY: 3,
  CKC_X_509: 0,
  CKA_CLASS: 0x0,
  CKA_VALUE: 0x11,
  CKA_CERTIFICATE_TYPE: 0x80,
  CKA_ID: 0x102,
  CKA_ALWAYS_AUTHENTICATE: 0x202,
  CKM_RSA_PKCS: 0x1,
  CKM_SHA256_RSA_PKCS: 0x40,
  CKM_SHA384_RSA_PKCS: 0x41,
  CKM_SHA512_RSA_PKCS: 0x42,
  CKM_ECDSA: 0x1041,
} as const;

/** Flags of CK_TOKEN_INFO (PKCS#11 v2.40 §3.2). */
export const tokenFlag = {
  userPinInitialized: 0x8,
  protectedAuthenticationPath: 0x100,
  tokenInitialized: 0x400,
  userPinCountLow: 0x1_0000,
  userPinFinalTry: 0x2_0000,
  userPinLocked: 0x4_0000,
  userPinToBeChanged: 0x8_0000,
} as const;
