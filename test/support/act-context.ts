import { LocalDate } from '@shared/kernel/local-date';
import { anId, sha256 } from './core-builders';

/** What acts on numbers find around them, for tests of single acts that are about something else. */
export const actSurroundings = {
  place: undefined,
  deviceName: 'Máy văn thư',
  latestDate: LocalDate.parse('2026-03-02'),
  sha256,
  readProof: () => undefined,
  device: undefined,
  verify: () => false,
  softwareKeys: 'none' as const,
  isKnownCertificate: false,
  entryRecordId: (_registerId: string, number: number): string => anId(14, number),
};
