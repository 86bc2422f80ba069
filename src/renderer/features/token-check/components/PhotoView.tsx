import { Box } from '@mantine/core';
import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { t } from '@shared/i18n/translate';
import type { Spot } from '@shared/pades/picture/make-picture';
import type { Photo } from '@shared/pades/picture/photo';

interface PhotoViewProps {
  readonly photo: Photo;
  /** In parts of the photo's width and height. */
  readonly marks: readonly [Spot, Spot] | undefined;
  readonly onMarks: (marks: readonly [Spot, Spot]) => void;
}

/** The photo as it is turned now, and upon it two marks to measure with. */
export function PhotoView({ photo, marks, onMarks }: PhotoViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = new Uint8ClampedArray(photo.rgba);
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(pixels, photo.width, photo.height), 0, 0);
  }, [photo]);
  return (
    <Box pos="relative" style={{ lineHeight: 0, alignSelf: 'center' }}>
      <canvas
        ref={canvas}
        width={photo.width}
        height={photo.height}
        role="img"
        aria-label={t('tokenCheck.picture.photo')}
        style={{ maxWidth: '100%', maxHeight: '20rem' }}
      />
      {marks ? (
        <>
          <Mark number={1} at={marks[0]} onMove={(spot) => onMarks([spot, marks[1]])} />
          <Mark number={2} at={marks[1]} onMove={(spot) => onMarks([marks[0], spot])} />
        </>
      ) : null}
    </Box>
  );
}

/** Part of the photo that one press of an arrow key moves. */
const STEP = 0.005;

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface MarkProps {
  readonly number: number;
  readonly at: Spot;
  readonly onMove: (spot: Spot) => void;
}

function Mark({ number, at, onMove }: MarkProps) {
  const move = (x: number, y: number) => onMove({ x: part(x), y: part(y) });
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = directions[event.key];
    if (!direction) return;
    event.preventDefault();
    move(at.x + direction[0] * STEP, at.y + direction[1] * STEP);
  };
  const onPointerMove = (event: PointerEvent) => {
    const photo = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!photo || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move((event.clientX - photo.left) / photo.width, (event.clientY - photo.top) / photo.height);
  };
  return (
    <Box
      role="application"
      aria-label={t('tokenCheck.picture.mark', { number })}
      tabIndex={0}
      pos="absolute"
      w={28}
      h={28}
      bg="white"
      c="dark.9"
      fw={700}
      style={{
        left: `${at.x * 100}%`,
        top: `${at.y * 100}%`,
        // The corner points at the place, so that the finger does not hide it.
        border: '2px solid var(--mantine-color-blue-8)',
        borderRadius: '0 50% 50% 50%',
        lineHeight: '24px',
        textAlign: 'center',
        cursor: 'move',
        touchAction: 'none',
      }}
      onKeyDown={onKeyDown}
      onPointerDown={(event: PointerEvent) =>
        event.currentTarget.setPointerCapture(event.pointerId)
      }
      onPointerMove={onPointerMove}
    >
      {number}
    </Box>
  );
}

const part = (value: number): number => Math.min(1, Math.max(0, value));
