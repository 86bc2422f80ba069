import {
  Badge,
  createTheme,
  DEFAULT_THEME,
  Modal,
  Tooltip,
  type MantineColorsTuple,
} from '@mantine/core';

/** Orange text must be read on white (4.5 to 1): the last shade is darker than Mantine's. */
const darkerOrange = [
  ...DEFAULT_THEME.colors.orange.slice(0, 9),
  '#b23c06',
] as unknown as MantineColorsTuple;

/** Calm, and large enough to read all day: 16 px text, 15 px in fields. System fonts, for they have all of Vietnamese. */
export const theme = createTheme({
  colors: { orange: darkerOrange },
  primaryColor: 'blue',
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: 'sm',
  fontFamily: '"Segoe UI", "Noto Sans", system-ui, Roboto, "Liberation Sans", Arial, sans-serif',
  fontSizes: { xs: '0.8125rem', sm: '0.9375rem', md: '1rem', lg: '1.125rem', xl: '1.25rem' },
  headings: { sizes: { h2: { fontSize: '1.375rem' }, h3: { fontSize: '1.125rem' } } },
  components: {
    // The words carry the meaning, the tint only helps: coloured text on its own tint is too pale for small letters.
    Badge: Badge.extend({
      vars: (_theme, { variant }) => ({
        root: variant === 'light' ? { '--badge-color': 'var(--mantine-color-text)' } : {},
      }),
    }),
    // The page itself never scrolls, and the scroll lock would need styles that the policy refuses.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, closeOnClickOutside: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true } }),
  },
});
