import { css } from 'lit'

/** The look of the dialog and its form. */
export const doingStyles = css`
  h2, h3 { margin: 0; }
  .attention ul { margin-block: 0.25rem var(--_gap); padding-inline-start: 1.25rem; }
  .attention p { margin-block: 0; }
  .attention li { overflow-wrap: anywhere; }
  .attention summary { font-weight: 600; margin-block-end: 0.5rem; }
  .end { justify-content: flex-end; margin-block-start: var(--_gap); }
  .grow { flex: 1 1 12rem; min-inline-size: 0; }
  button.danger.solid {
    background: var(--_danger);
    color: var(--provision-on-danger, light-dark(#fff, #601410));
  }
  code { overflow-wrap: anywhere; }
  dialog {
    inline-size: min(38rem, 100dvi - 1rem);
    max-inline-size: none;
    max-block-size: calc(100dvb - 1rem);
    overflow: auto;
    overscroll-behavior: contain;
    padding: 1.25rem;
  }
  dialog::backdrop { background: rgb(0 0 0 / 45%); }
  dialog h2 { font-size: 1.25em; margin-block-end: var(--_gap); }
  dialog h2:focus { outline: none; }
  dialog h3 { font-size: 1em; }
  dialog form > * + *, .fields > * + *, .field > * + * { margin-block-start: var(--_gap); }
  .field > * + * { margin-block-start: 0.25rem; }
  .fields + .fields { border-block-start: 1px solid var(--_line); padding-block-start: var(--_gap); }
  .field > input, .field > select, .field > textarea { display: block; inline-size: 100%; }
  .field > label:not(.tick), legend { font-weight: 600; padding: 0; }
  fieldset { border: 0; margin-inline: 0; padding: 0; min-inline-size: 0; }
  textarea {
    border: 1px solid color-mix(in srgb, currentColor 55%, transparent);
    border-radius: var(--_radius);
    background: var(--_surface);
    padding: 0.5rem 0.75rem;
  }
  [aria-invalid='true'] { border-color: var(--_danger); border-width: 2px; }
  .tick { display: flex; gap: 0.5rem; align-items: center; min-block-size: 1.75rem; }
  .tick input { flex: none; inline-size: 1.15rem; block-size: 1.15rem; min-block-size: 0; margin: 0; accent-color: var(--_accent); }
  .irreversible { border: 2px solid var(--_danger); border-radius: var(--_radius); padding: 0.75rem; }
  .name { font-weight: 600; }
  table { border-collapse: collapse; inline-size: 100%; }
  caption { text-align: start; font-weight: 600; }
  th, td { text-align: start; padding: 0.25rem 0.5rem 0.25rem 0; border-block-end: 1px solid var(--_line); font-weight: normal; overflow-wrap: anywhere; }
  thead th { font-weight: 600; }
  @media (forced-colors: active) {
    button.danger.solid { background: ButtonFace; color: ButtonText; border-width: 2px; }
    .irreversible { border-color: CanvasText; }
  }
  @media print { dialog { display: none; } }
`
