import type { LocalDate } from '../../kernel/local-date';
import { nextWorkingDay } from '../deadline/working-calendar';

/** Last day on which a paper asked for on `day` gets its number: the next working day (NĐ 30/2020/NĐ-CP, Điều 15). */
export const numberingLimit = (day: LocalDate): LocalDate => nextWorkingDay(day);
