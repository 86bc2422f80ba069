import { Badge, type MantineColor } from '@mantine/core';

interface CountBadgeProps {
  readonly count: number;
  /** What the number means, for who hears the screen. */
  readonly label: string;
  readonly color?: MantineColor;
}

/** How many wait in a place of the navigation; nothing when none does. */
export function CountBadge({ count, label, color = 'red.8' }: CountBadgeProps) {
  if (count === 0) return null;
  return (
    <Badge color={color} variant="filled" size="md" radius="sm" tt="none" aria-label={label}>
      {String(count)}
    </Badge>
  );
}
