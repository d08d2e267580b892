import { css } from 'lit'

export const configurationStyles = css`
  p, h2, dl, dd { margin: 0; }
  [part~='base'] > * + *, .card > * + *, .test > * + *, .list > * + * { margin-block-start: var(--_gap); }
  .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
  .end { justify-content: flex-end; margin-block-start: var(--_gap); }
  .grow { flex: 1 1 12rem; min-inline-size: 0; }
  .card {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    padding: 0.75rem;
    overflow-wrap: anywhere;
  }
  .title { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; }
  .state { border: 1px dashed; border-radius: 1em; padding: 0.1em 0.7em; }
  .test { border-inline-start: 4px solid currentColor; padding-inline-start: 0.75rem; }
  .test.failed { border-inline-start-color: var(--_danger); }
  .notice:empty { display: none; }
  .fault { color: var(--_danger); }
  .fault::before { content: '⚠ ' / ''; }
  button.highlight {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--provision-on-accent, light-dark(#fff, #062e6f));
  }
  button.danger { color: var(--_danger); border-color: var(--_danger); }
  button.danger.solid {
    background: var(--_danger);
    color: var(--provision-on-danger, light-dark(#fff, #601410));
  }
  dt { font-weight: 600; }
  .values > div { display: flex; flex-wrap: wrap; gap: 0 0.75rem; padding-block: 0.25rem; }
  .values > div + div { border-block-start: 1px solid var(--_line); }
  .values dt { flex: 0 1 12rem; }
  .values dd { flex: 1 1 12rem; min-inline-size: 0; }
  code { display: inline-block; max-inline-size: 100%; overflow-wrap: anywhere; }
  summary { cursor: pointer; min-block-size: 1.5rem; }
  table { border-collapse: collapse; inline-size: 100%; }
  th, td {
    text-align: start;
    padding: 0.25rem 0.5rem 0.25rem 0;
    border-block-end: 1px solid var(--_line);
    font-weight: normal;
    overflow-wrap: anywhere;
  }
  thead th { font-weight: 600; }
  dialog {
    inline-size: min(38rem, 100dvi - 1rem);
    max-inline-size: none;
    max-block-size: calc(100dvb - 1rem);
    overflow: auto;
    overscroll-behavior: contain;
    overflow-wrap: anywhere;
    padding: 1.25rem;
  }
  dialog::backdrop { background: rgb(0 0 0 / 45%); }
  dialog h2 { font-size: 1.25em; margin-block-end: var(--_gap); }
  dialog h2:focus { outline: none; }
  dialog > * + *, dialog form > * + *, .fields > * + *, .field > * + * { margin-block-start: var(--_gap); }
  .field > * + * { margin-block-start: 0.25rem; }
  .field > input { display: block; inline-size: 100%; }
  .field > label:not(.tick) { font-weight: 600; }
  .tick { display: flex; gap: 0.5rem; align-items: center; min-block-size: 1.75rem; }
  .tick input { flex: none; inline-size: 1.15rem; block-size: 1.15rem; min-block-size: 0; margin: 0; accent-color: var(--_accent); }
  [aria-invalid='true'] { border-color: var(--_danger); border-width: 2px; }
  option { background: Canvas; color: CanvasText; }
  @media (forced-colors: active) {
    .fault, button.danger { color: CanvasText; }
    button.highlight, button.danger.solid { background: ButtonFace; color: ButtonText; border-width: 2px; }
    .card, .test { border-color: CanvasText; }
  }
  @media print { button, dialog { display: none; } }
`
