/** Line icons on a 20 × 20 grid, 1.6 strokes, drawn for this product. */
export const ICONS = {
  ranking: 'M4 16.5V11M8 16.5V6M12 16.5V8.5M16 16.5V3.5',
  tree: 'M10 3.5v4M10 7.5H4.5V12M10 7.5h5.5V12M10 7.5V12M3 12h3v3.5H3zM8.5 12h3v3.5h-3zM14 12h3v3.5h-3z',
  search: 'M9 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM13.5 13.5L17 17',
  sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1',
  moon: 'M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z',
  print: 'M6 7V3h8v4M6 14H3.5V7h13v7H14M6 11.5h8V17H6z',
  download: 'M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13',
  chevron: 'M7.5 5l5 5-5 5',
  close: 'M5 5l10 10M15 5L5 15',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  check: 'M4 10.5l4 4 8-9',
  alert: 'M10 3.5l7 12.5H3zM10 8.5v3.5M10 14v.2',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9v4.5M10 6.5v.2',
  calendar: 'M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3M13 3v3',
  record: 'M5 3h7l3.5 3.5V17H5zM12 3v3.5h3.5M7.5 10h5M7.5 13h5',
  clauses: 'M5 3h10v14H5zM7.5 6.5h5M7.5 10h5M7.5 13.5h3',
  checks: 'M3.5 5.5l1.5 1.5 2.5-3M3.5 11.5l1.5 1.5 2.5-3M10.5 6H17M10.5 12H17M10.5 16.5H17',
  burden: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4l3 2',
} as const

export type IconName = keyof typeof ICONS
