const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];
const vowels = Array.from('aăâeêioôơuưyAĂÂEÊIOÔƠUƯY');

/** Every letter of Vietnamese that ASCII lacks, NFC: 134 with đ and Đ. */
export const vietnameseLetters: readonly string[] = [
  ...vowels.flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize('NFC'))),
  'đ',
  'Đ',
].filter((letter) => letter > '\u007f');

/** What a filled number or date may be made of: ASCII, Vietnamese, and the dashes and quotes offices type. */
export const fieldCharacters: readonly string[] = [
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
  ...vietnameseLetters,
  ...Array.from('–—“”‘’…'),
];
