/** A device as one of its incarnations: the first one by its id alone (§13.3). */
export const incarnationName = ({
  dev,
  inc = 1,
}: {
  readonly dev: string;
  readonly inc?: number;
}) => (inc === 1 ? dev : `${dev}#${inc}`);

export function readIncarnation(name: string): { readonly dev: string; readonly inc: number } {
  const [dev = '', inc = '1'] = name.split('#');
  return { dev, inc: Number(inc) };
}
