import { concatBytes } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import type { Photo } from '@shared/pades/picture/photo';
import type { Deflate } from '@shared/pades/picture/write-png';

const MAX_BYTES = 20_000_000;
/** Longest side that is worked on, pixels: a seal on half of it still has 600 dots to the inch. */
const MOST_PIXELS = 2000;

export type DecodePhoto = (file: File) => Promise<Result<Photo>>;

/** The browser's own decoders, the camera's turning applied; what is not JPEG or PNG is refused. */
export const decodePhoto: DecodePhoto = async (file) => {
  if (file.size > MAX_BYTES || !['image/jpeg', 'image/png'].includes(file.type)) {
    return err({ code: 'picture.unreadable' });
  }
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(
    () => undefined,
  );
  const scale = bitmap && Math.min(1, MOST_PIXELS / Math.max(bitmap.width, bitmap.height));
  if (!bitmap || !scale) return err({ code: 'picture.unreadable' });
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) return err({ code: 'picture.unreadable' });
  // What is transparent is paper.
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return ok({ width, height, rgba: context.getImageData(0, 0, width, height).data });
};

/** zlib by the browser. */
export const deflate: Deflate = async (bytes) => {
  const { readable, writable } = new CompressionStream('deflate');
  const writer = writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  const reader = readable.getReader();
  const parts: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
  }
  await written;
  return concatBytes(...parts);
};
