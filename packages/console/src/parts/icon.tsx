/** Line icons on a 16 px grid, in the colour of the text around them. */
const paths = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM11 11l3.2 3.2',
  menu: 'M2 4h12M2 8h12M2 12h12',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1',
  moon: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
  half: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 2v12M10.5 2.6v10.8M13 4.7v6.6',
  user: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14.2a5.6 5.6 0 0 1 11 0',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'M2.5 8.5 6 12l7.5-8',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  download: 'M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11',
  play: 'M4.5 2.8 13 8l-8.5 5.2Z',
  pause: 'M5 3v10M11 3v10',
  plus: 'M8 3v10M3 8h10',
  dots: 'M3 8h.01M8 8h.01M13 8h.01',
  dashboard: 'M2.5 13.5v-5M6.2 13.5v-8M9.8 13.5v-6M13.5 13.5v-11',
  prices: 'M2.8 5.5h2.9v5H2.8zM4.25 3v2.5M4.25 10.5V13M10.3 4.5h2.9v6h-2.9zM11.75 2v2.5M11.75 10.5V14',
  topics: 'M2.5 3.5h4M2.5 3.5v9h4M2.5 8h4M9 3.5h4.5M9 8h4.5M9 12.5h4.5',
  messages: 'M2.5 3h11v8h-6L4.5 13.5V11h-2zM5 6h6M5 8.5h4',
  journal: 'M3 2.5h8.5a1.5 1.5 0 0 1 1.5 1.5v9.5H4.5A1.5 1.5 0 0 1 3 12zM3 12a1.5 1.5 0 0 1 1.5-1.5H13M6 5.5h4',
  logs: 'M2.5 3.5h1M2.5 8h1M2.5 12.5h1M6 3.5h7.5M6 8h7.5M6 12.5h5',
  connections: 'M5 8h6M3.5 10a2 2 0 1 1 0-4M12.5 10a2 2 0 1 0 0-4M3.5 6H5M3.5 10H5M11 6h1.5M11 10h1.5',
  cluster: 'M6 2.5h4v3.5H6zM1.5 10h4v3.5h-4zM10.5 10h4v3.5h-4zM8 6v2.2M3.5 10V8.2h9V10',
  slow: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.5V8l2.5 1.8',
  alerts: 'M3.5 11.5h9L11.3 9.6V7a3.3 3.3 0 0 0-6.6 0v2.6zM6.8 13.6a1.3 1.3 0 0 0 2.4 0M8 2v1.6',
  users:
    'M6 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 6 8ZM1.5 13.5a4.6 4.6 0 0 1 9 0M10.8 3.2a2.4 2.4 0 0 1 0 4.4M12 9.6a4.4 4.4 0 0 1 2.6 3.9',
  permissions: 'M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9 11.5l1.8 1.8 3-3.6',
  namespaces: 'M2 4.5h4.5L8 6h6v7H2z',
  audit: 'M4 2h6l3 3v9H4zM6.5 7.5h4M6.5 10.5h4',
  publish: 'M14 2 7 9M14 2 9.5 14 7 9 2 6.5z',
  settings: 'M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 3v3M5.5 10v3',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.2 6.3A1.9 1.9 0 1 1 8 8.3v.9M8 11.4h.01',
  arrowUp: 'M8 13V3M4 7l4-4 4 4',
  arrowDown: 'M8 3v10M4 9l4 4 4-4',
} as const;

export type IconName = keyof typeof paths;

/** An icon. Screen readers skip it: a text stands beside it, or its button has a label. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.35"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
