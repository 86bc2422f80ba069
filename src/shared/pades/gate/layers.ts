import { gateFinding, type GateFinding } from '../../domain/signing/gate-finding';
import { asName, dictOf, isKind, type PdfDict, type PdfValue } from '../reader/objects';
import { catalogOf } from '../reader/pages';
import type { PdfView } from '../reader/pdf-file';

/** Optional content (ISO 32000-2 §8.11): layers that paper shows and the screen hides, and layers that are off. */
export function judgeLayers(view: PdfView): readonly GateFinding[] {
  const properties = dictOf(view.get(catalogOf(view), 'OCProperties'));
  const start = dictOf(view.get(properties, 'D'));
  const isOnAtFirst = asName(view.get(start, 'BaseState')) !== 'OFF';
  const on = numbersIn(view.get(start, 'ON'));
  const off = numbersIn(view.get(start, 'OFF'));
  const layers = view.get(properties, 'OCGs');
  return (isKind(layers, 'array') ? layers.items : []).flatMap((ref): readonly GateFinding[] => {
    const object = isKind(ref, 'ref') ? ref.num : -1;
    const isOn = on.has(object) || (isOnAtFirst && !off.has(object));
    const usage = dictOf(view.get(dictOf(view.resolve(ref)), 'Usage'));
    const seen = stateIn(view, usage, 'View') ?? isOn;
    const printed = stateIn(view, usage, 'Print') ?? isOn;
    if (printed && !(seen && isOn)) return [gateFinding('print-differs', { object })];
    return seen && printed && isOn ? [] : [gateFinding('layer-hidden', { object })];
  });
}

/** `/Usage /View /ViewState`, `/Usage /Print /PrintState`. */
function stateIn(
  view: PdfView,
  usage: PdfDict | undefined,
  where: 'View' | 'Print',
): boolean | undefined {
  const state = asName(view.get(dictOf(view.get(usage, where)), `${where}State`));
  return state === undefined ? undefined : state !== 'OFF';
}

const numbersIn = (list: PdfValue): ReadonlySet<number> =>
  new Set(
    isKind(list, 'array')
      ? list.items.flatMap((item) => (isKind(item, 'ref') ? [item.num] : []))
      : [],
  );
