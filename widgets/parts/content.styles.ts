import { css } from 'lit'

/** What elements that show values share beside the base. */
export const contentStyles = css`
  p, dl, dd, ul { margin: 0; }
  ul { padding-inline-start: 1.25rem; }
  [part~='base'] > * + * { margin-block-start: var(--_gap); }
  .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
  .fault { color: var(--_danger); }
  .fault::before { content: '⚠ ' / ''; }
  option { background: Canvas; color: CanvasText; }
  dt { font-weight: 600; }
  dd, bdi { overflow-wrap: anywhere; }
  @media (forced-colors: active) { .fault { color: CanvasText; } }
  @media print { button { display: none; } }
`
