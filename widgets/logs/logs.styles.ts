import { css } from 'lit'

export const logsStyles = css`
  [part~='base'] { container-type: inline-size; }
  .tools > * { min-inline-size: 0; }
  .tools select { max-inline-size: 100%; }
  .tools input { flex: 1 1 10rem; }
  .entry {
    display: grid;
    grid-template-columns: 11rem 7rem minmax(0, 1fr) 10rem 6rem;
    gap: 0.25rem 0.75rem;
    padding-block: 0.5rem;
    border-block-end: 1px solid var(--_line);
    overflow-wrap: anywhere;
  }
  .full { content-visibility: auto; contain-intrinsic-block-size: auto 400rem; }
  [role='columnheader'] { font-weight: 600; }
  [role='cell'] { min-inline-size: 0; }
  .level { border-inline-start: 4px solid var(--_line); padding-inline-start: 0.5rem; }
  [data-level='warning'] .level { border-color: currentColor; }
  [data-level='error'] .level { border-color: var(--_danger); color: var(--_danger); font-weight: 600; }
  summary { cursor: pointer; min-block-size: 1.5rem; inline-size: fit-content; }
  details > * + * { margin-block-start: 0.25rem; }
  dl > div { display: flex; flex-wrap: wrap; gap: 0 0.75rem; }
  [aria-busy='true'] { opacity: 0.65; }
  @container (max-width: 45rem) {
    .columns { position: absolute; clip-path: inset(50%); inline-size: 1px; block-size: 1px; overflow: hidden; }
    .entry { grid-template-columns: 1fr auto; }
    .what { grid-column: 1 / -1; }
    .entry > :last-child { text-align: end; }
  }
  @media (forced-colors: active) { .level { color: CanvasText; border-color: CanvasText; } }
  @media print { .tools { display: none; } .full { content-visibility: visible; } }
`
