import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The accent, from light to dark. Index 6 is used on light ground, index 5 on dark ground. */
const pulse: MantineColorsTuple = [
  '#eaf1ff',
  '#d3e0fb',
  '#a8c1f5',
  '#86b0ff',
  '#5b88e6',
  '#3a6fd8',
  '#1f56c3',
  '#1d4fb3',
  '#163f92',
  '#0f2f70',
];

const red: MantineColorsTuple = [
  '#fde8e6',
  '#fbd0cc',
  '#f5a39c',
  '#ff8a80',
  '#e5605a',
  '#d04640',
  '#b8261f',
  '#a3201a',
  '#7f1813',
  '#5c100d',
];

/** The neutral colours of the dark scheme, from text to ground. */
const dark: MantineColorsTuple = [
  '#e4e8ee',
  '#a9b2c0',
  '#929cab',
  '#56606f',
  '#3a4250',
  '#272d38',
  '#1a1f28',
  '#14181f',
  '#0e1116',
  '#090b0f',
];

/** Settings of the component library: dense, and in the palette of tokens.css. */
export const theme = createTheme({
  primaryColor: 'pulse',
  primaryShade: { light: 6, dark: 5 },
  colors: { pulse, red, dark },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13.5px', lg: '15px', xl: '18px' },
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 4,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'none' } } },
    Switch: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs', withItemsBorders: false } },
    Modal: { defaultProps: { centered: true, shadow: 'none', overlayProps: { backgroundOpacity: 0.4 } } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: 12 } },
    // The placeholder for the focus is a child that the role menu may not have: the first item gets the focus.
    Menu: { defaultProps: { shadow: 'none', withInitialFocusPlaceholder: false } },
  },
});
