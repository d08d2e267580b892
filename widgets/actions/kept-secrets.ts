import { html, nothing, type TemplateResult } from 'lit'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'
import { copyButton } from '../parts/copy-button.ts'
import { revealButton } from '../parts/password-input.ts'
import type { Secret } from './task-input.ts'

/** Secrets that were sent and that nobody else will show again. */
export function keptSecrets(
  localize: Localize,
  secrets: readonly Secret[],
  visible: boolean,
  toggle: () => void,
): TemplateResult | typeof nothing {
  if (secrets.length === 0) return nothing
  return html`<div part="secrets" class="secrets">
    <p class="muted">${localize.say(doingWords, 'secret_kept')}</p>
    ${secrets.map(
      ({ label, value }) => html`<div class="row">
        <span>${label}:</span>
        <code dir="ltr">${visible ? value : '••••••••'}</code>
        ${revealButton(localize, label, visible, toggle)} ${copyButton(localize, label, value)}
      </div>`,
    )}
  </div>`
}
