import type { VisualReport } from '../../domain/signing/visual-comparison';

/** Pixels a point: 96 dpi. */
export const DRAWING_SCALE = 96 / 72;

/** What one file may cost; the rest is told as not compared. */
export const drawingLimits = {
  /** Drawn, those of every signed state together. */
  pages: 400,
  /** Of one pair of pages. */
  pixels: 32_000_000,
  milliseconds: 45_000,
} as const;

export interface DrawingBudget {
  /** Asks for a pair of pages of so many square points; once refused, always refused. */
  readonly take: (points: number) => boolean;
  readonly stoppedBy: () => VisualReport['stoppedBy'];
}

/** Counts what is drawn of one file, from now on. */
export function createDrawingBudget(nowMs: () => number): DrawingBudget {
  const begun = nowMs();
  let pages = 0;
  let stoppedBy: VisualReport['stoppedBy'] = null;
  return {
    take: (points) => {
      pages += 2;
      if (pages > drawingLimits.pages) stoppedBy ??= 'pages';
      if (points * DRAWING_SCALE ** 2 > drawingLimits.pixels) stoppedBy ??= 'pixels';
      if (nowMs() - begun > drawingLimits.milliseconds) stoppedBy ??= 'time';
      return stoppedBy === null;
    },
    stoppedBy: () => stoppedBy,
  };
}
