import { html, type TemplateResult } from 'lit'
import type { Localize } from '../locales/localize.ts'

/** Copies a value and says whether that worked, in sight and aloud. */
export function copyButton(localize: Localize, name: string, value: string): TemplateResult {
  const copy = async (event: Event): Promise<void> => {
    const said = (event.currentTarget as HTMLElement).nextElementSibling
    let done = true
    try {
      await navigator.clipboard.writeText(value)
    } catch {
      // Frames and pages without TLS may not write to the clipboard: the person is told to do it by hand.
      done = false
    }
    if (said !== null) said.textContent = localize.text(done ? 'copied' : 'copy_failed')
  }
  return html`<button type="button" part="copy" aria-label=${localize.text('copy_name', { name })} @click=${copy}>
      ${localize.text('copy')}</button
    ><span role="status" class="muted"></span>`
}
