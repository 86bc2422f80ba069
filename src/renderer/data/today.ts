import { localDateAt, type LocalDate } from '@shared/kernel/local-date';

/** Today in Vietnam by this workstation's clock, whatever zone it is set to. */
export const todayInVietnam = (): LocalDate => localDateAt(Date.now());
