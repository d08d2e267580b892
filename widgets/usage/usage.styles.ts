import { css } from 'lit'

export const usageStyles = css`
  .head { justify-content: space-between; }
  .usage { padding-block: 0.5rem; }
  .usage + .usage { border-block-start: 1px solid var(--_line); }
  meter { display: block; inline-size: 100%; block-size: 1rem; }
  [aria-busy='true'] { opacity: 0.65; }
`
