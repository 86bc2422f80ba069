import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { Result } from '@shared/kernel/result';
import { cutOut, DEFAULT_THRESHOLD } from '@shared/pades/picture/cut-out';
import {
  makePicture,
  widthByMarks,
  type MadePicture,
  type Spot,
} from '@shared/pades/picture/make-picture';
import { turnPhoto, type InkKind, type Photo } from '@shared/pades/picture/photo';
import { readInk } from '@shared/pades/picture/read-ink';
import { SEAL_MM } from '@shared/pades/places';
import { deflate } from '../decode-photo';

/** How the person tells the real size. */
export type Measure =
  | { readonly by: 'width'; readonly mm: number }
  /** Marks in parts of the photo's width and height. */
  | { readonly by: 'marks'; readonly mm: number; readonly marks: readonly [Spot, Spot] };

/** What most are, millimetres: an office's seal by its rule, a signature more or less. */
export const usualWidth = { seal: SEAL_MM, handwriting: 45 } as const;

/** A narrower one lies wrong under the seal, a wider one in no space of a paper. */
const isWidth = (mm: number): boolean => mm >= 20 && mm <= 80;

/** The picture as it comes out of the photo by what is set so far. */
export function useInkPicture(kind: InkKind) {
  const [photo, setPhoto] = useState<Photo>();
  const [turns, setTurns] = useState(0);
  const [threshold, setThreshold] = useState(DEFAULT_THRESHOLD);
  const [measure, setMeasure] = useState<Measure>({ by: 'width', mm: usualWidth[kind] });
  const [made, setMade] = useState<Result<MadePicture>>();
  const turned = useMemo(() => photo && turnPhoto(photo, turns), [photo, turns]);
  const ink = useMemo(() => turned && readInk(turned, kind), [turned, kind]);
  const level = useDeferredValue(threshold);
  const cut = useMemo(() => (ink?.ok ? cutOut(ink.value, level) : ink), [ink, level]);
  const widthMm =
    measure.by === 'width' || !turned || !cut?.ok
      ? measure.mm
      : widthByMarks(cut.value, onPhoto(measure.marks, turned), measure.mm);
  const hasWidth = isWidth(widthMm);
  useEffect(() => {
    let isGone = false;
    const make = async () => {
      const next = cut?.ok
        ? await makePicture(cut.value, { kind, widthMm: tenths(widthMm), deflate })
        : cut;
      if (!isGone) setMade(next);
    };
    if (hasWidth) void make();
    return () => {
      isGone = true;
    };
  }, [cut, kind, widthMm, hasWidth]);
  return {
    photo: turned,
    threshold,
    measure,
    hasWidth,
    made: hasWidth ? made : undefined,
    setPhoto: (next: Photo) => {
      setPhoto(next);
      setTurns(0);
    },
    turn: (quarters: number) => setTurns(turns + quarters),
    setThreshold,
    setMeasure,
  };
}

const onPhoto = ([one, other]: readonly [Spot, Spot], { width, height }: Photo) =>
  [
    { x: one.x * width, y: one.y * height },
    { x: other.x * width, y: other.y * height },
  ] as const;

const tenths = (mm: number): number => Math.round(mm * 10) / 10;
