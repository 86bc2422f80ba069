/**
 * Names of the prepared form objects (S-9, `van-ban.md` §3.7). They are part of the file format: other offices' copies
 * of the program look for them.
 */
export const fieldNames = {
  number: 'so',
  date: 'ngay',
  /** Beside `ngay`, which then takes the day alone, in drafts that print the rest of the line. */
  month: 'thang',
  leader: 'ky_ca_nhan',
  organ: 'ky_co_quan',
  appendix: 'ky_phu_luc',
  copy: 'ky_ban_sao',
} as const;

/** What kind of act a signature field of ours stands for (V-16). */
export function kindOfField(name: string): 'leader' | 'organ' | 'appendix' | 'copy' | 'other' {
  switch (name) {
    case fieldNames.leader:
      return 'leader';
    case fieldNames.organ:
      return 'organ';
    case fieldNames.appendix:
      return 'appendix';
    case fieldNames.copy:
      return 'copy';
    default:
      return 'other';
  }
}

/** Resource names of the two fonts in /DR. */
export const UPRIGHT_FONT = 'TcvSerif';
export const ITALIC_FONT = 'TcvSerifItalic';
