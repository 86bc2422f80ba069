import { bytesOf, filesBelow } from '../../support/files-below';

/** Files below a folder that hold the text, in any of the ways a program would write it. */
export function findMarker(folder: string, marker: string): readonly string[] {
  const needles = [
    Buffer.from(marker, 'latin1'),
    Buffer.from(marker, 'utf16le'),
    Buffer.from(Buffer.from(marker).toString('base64').slice(0, 10)),
    Buffer.from(Buffer.from(marker).toString('hex')),
  ];
  return filesBelow(folder).filter((path) => {
    const bytes = bytesOf(path);
    return needles.some((needle) => bytes.includes(needle));
  });
}
