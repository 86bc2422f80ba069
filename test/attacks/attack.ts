import type { Verdict } from '../../src/shared/domain/signing/verification-report';
import type { ReasonCode } from '../../src/shared/domain/signing/verification-reason';
import { toPem } from '../support/demo-pki';
import {
  anOffice,
  fixture,
  issued,
  prepared,
  signAsLeader,
  type Office,
} from '../unit/shared/pades/helpers';

/** A file that somebody tampered with, or that never was what it says (`docs/specs/signing.md`, attacks 1 to 36). */
export interface Attack {
  /** Number in the list of attacks, then what was done. */
  readonly name: string;
  readonly make: (base: Base) => Uint8Array;
  readonly verdict: Verdict;
  /** A reason that must be told; null for files of which nothing is to be told. */
  readonly code: ReasonCode | null;
  /** PEM that is trusted instead of the office's. */
  readonly trust?: (base: Base) => readonly string[];
}

/** What the attacker starts from. */
export interface Base {
  readonly office: Office;
  /** Fields are there, nobody signed. */
  readonly ready: Uint8Array;
  /** Signed by the leader only. */
  readonly signed: Uint8Array;
  /** Signed by the leader, numbered and sealed. */
  readonly sealed: Uint8Array;
}

export function makeBase(): Base {
  const office = anOffice();
  const draft = fixture('chromium-draft.pdf');
  return {
    office,
    ready: prepared(fixture('hand-cr-line-ends.pdf')),
    signed: signAsLeader(office, prepared(draft)),
    sealed: issued(office, draft),
  };
}

/** The office's root, both authorities and a fresh list. */
export const trustOf = ({ office }: Base): readonly string[] => [
  office.pki.root.certificatePem,
  office.pki.subCa.certificatePem,
  toPem('X509 CRL', office.crl),
];
