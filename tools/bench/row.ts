/** One figure beside its floor or peer, measured in the same run on the same machine. */
export interface Row {
  readonly figure: string;
  readonly unit: 'ms' | 's' | 'B' | 'MB' | '%' | 'MB/s' | 'records/s';
  readonly ours: number;
  readonly floor: number;
  readonly floorIs: string;
  /** How many times each side was measured. */
  readonly count: number;
  /** What sync §16 allows, in the same unit. */
  readonly budget?: number;
}

/** How many times the floor's time or effort we take, whichever way the unit counts. */
export const ratioOf = ({ unit, ours, floor }: Row): number =>
  unit.endsWith('/s') ? floor / ours : ours / floor;

export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

export interface Measured {
  readonly figure: string;
  readonly floorIs: string;
  /** Milliseconds, measured in turns. */
  readonly ours: readonly number[];
  readonly floor: readonly number[];
}

/** Rows of the given quantiles; a figure that was measured a few times has no p95 worth printing. */
export const quantileRows = (
  { figure, floorIs, ours, floor }: Measured,
  quantiles: readonly number[] = [0.5, 0.95],
): readonly Row[] =>
  quantiles.map((q) => ({
    figure: `${figure}, p${q * 100}`,
    unit: 'ms',
    ours: quantile(ours, q),
    floor: quantile(floor, q),
    floorIs,
    count: ours.length,
  }));
