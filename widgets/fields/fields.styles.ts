import { css } from 'lit'

export const fieldsStyles = css`
  .group + .group { margin-block-start: var(--_gap); }
  .group-label { font-size: 0.875em; }
  .field { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; padding-block: 0.5rem; }
  .field + .field { border-block-start: 1px solid var(--_line); }
  dt { flex: 0 1 12rem; padding-block: 0.35rem; }
  dd { flex: 1 1 14rem; min-inline-size: 0; }
  dd > * + * { margin-block-start: 0.25rem; }
  .value { flex: 0 1 auto; min-inline-size: 0; padding-block: 0.35rem; }
  .value bdi { white-space: pre-wrap; }
  .value ul { padding-inline-start: 0; list-style: none; }
  .muted { font-size: 0.875em; }
  [name='value'] { flex: 1 1 12rem; min-inline-size: 0; }
  textarea {
    border: 1px solid color-mix(in srgb, currentColor 55%, transparent);
    border-radius: var(--_radius);
    background: var(--_surface);
    padding: 0.5rem 0.75rem;
  }
  [aria-invalid='true'] { border-color: var(--_danger); border-width: 2px; }
  .whole { flex: 1 1 100%; }
  .whole:not(:has(p)) { display: none; }
`
