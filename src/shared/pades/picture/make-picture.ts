import { err, ok, type Result } from '../../kernel/result';
import type { CutOut } from './cut-out';
import { MAX_DPI, scaleDown } from './image-object';
import type { InkKind } from './photo';
import { writeInkPng, type Deflate } from './write-png';

/** A picture as a certificate's record keeps it. */
export interface MadePicture {
  readonly png: Uint8Array<ArrayBuffer>;
  /** Width of the ink on paper, millimetres. */
  readonly widthMm: number;
  readonly heightMm: number;
}

export type MakingFailure = { readonly code: 'picture.too-coarse' | 'picture.not-round' };

/** Fewer dots to the inch show on paper. */
const LEAST_DPI = 200;
/** Sides of a seal seen from above differ by less. */
const SKEWED = 1.12;
/** Half of what one operation may carry, which also carries a certificate and both in base64 (S-14 asks for 300 KB). */
const MAX_BYTES = 150_000;

/** The cut-out in its real size, at the resolution that paper shows and no more (S-14). */
export async function makePicture(
  cut: CutOut,
  {
    kind,
    widthMm,
    deflate,
  }: { readonly kind: InkKind; readonly widthMm: number; readonly deflate: Deflate },
): Promise<Result<MadePicture, MakingFailure>> {
  const inches = widthMm / 25.4;
  if (cut.width < LEAST_DPI * inches) return err({ code: 'picture.too-coarse' });
  const shape = cut.width / cut.height;
  if (kind === 'seal' && (shape > SKEWED || shape < 1 / SKEWED)) {
    return err({ code: 'picture.not-round' });
  }
  let scaled = narrowed(cut, Math.round(MAX_DPI * inches));
  let png = await writeInkPng(scaled, deflate);
  while (png.length > MAX_BYTES) {
    scaled = narrowed(scaled, Math.floor(scaled.width * 0.75));
    png = await writeInkPng(scaled, deflate);
  }
  return ok({ png, widthMm, heightMm: (widthMm * cut.height) / cut.width });
}

function narrowed(cut: CutOut, width: number): CutOut {
  const rgb = new Uint8Array(cut.alpha.length * 3);
  const { alpha, width: wide, height } = cut;
  const small = scaleDown({ width: wide, height, rgb, alpha }, width);
  return { ...cut, width: small.width, height: small.height, alpha: small.alpha };
}

/** Two places on a photo whose distance is known tell how wide the ink is, millimetres. */
export function widthByMarks(
  cut: Pick<CutOut, 'width'>,
  marks: readonly [Spot, Spot],
  distanceMm: number,
): number {
  const [one, other] = marks;
  return (cut.width * distanceMm) / Math.hypot(one.x - other.x, one.y - other.y);
}

/** Pixels of the turned photo. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}
