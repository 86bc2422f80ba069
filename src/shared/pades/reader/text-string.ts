/** Characters of PDFDocEncoding that differ from Latin-1 (ISO 32000-1 Annex D.3). */
const pdfDoc: Readonly<Record<number, string>> = Object.fromEntries(
  [
    ...Array.from('˘ˇˆ˙˝˛˚˜', (character, i) => [0x18 + i, character] as const),
    ...Array.from(
      '•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž',
      (character, i) => [0x80 + i, character] as const,
    ),
    [0xa0, '€'] as const,
  ].map(([byte, character]) => [byte, character]),
);

/** Reads a text string (§7.9.2.2): UTF-16BE or UTF-8 with a mark at the front, else PDFDocEncoding. */
export function decodeTextString(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16Be(bytes.subarray(2));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return new TextDecoder('utf-8').decode(bytes.subarray(3));
  }
  let out = '';
  for (const byte of bytes) out += pdfDoc[byte] ?? String.fromCharCode(byte);
  return out;
}

export function decodeUtf16Be(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    out += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  }
  return out;
}
