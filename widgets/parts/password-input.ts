import { html, nothing, type TemplateResult } from 'lit'
import { formWords } from '../locales/form-words.ts'
import type { Localize } from '../locales/localize.ts'

export interface PasswordInputParts {
  readonly id: string
  readonly name: string
  readonly label: string
  readonly value: string
  readonly visible: boolean
  readonly required: boolean
  readonly minLength: number | undefined
  readonly maxLength: number | undefined
  readonly autocomplete: string
  readonly describedBy: string
  readonly invalid: boolean
  /** Marks where focus begins. */
  readonly isFirst: boolean
  readonly copy: TemplateResult | typeof nothing
  readonly onInput: (event: Event) => void
  readonly onToggle: () => void
  /** Missing where nothing is made, only typed. */
  readonly onMake: (() => void) | undefined
}

/** A secret with "Generate", "Show" and "Copy": it can be kept before it is sent, for nobody shows it again. */
export function passwordInput(localize: Localize, parts: PasswordInputParts): TemplateResult {
  const { label, visible } = parts
  return html`<div class="row">
    <input
      class="grow"
      id=${parts.id}
      name=${parts.name}
      type=${visible ? 'text' : 'password'}
      dir="ltr"
      spellcheck="false"
      autocapitalize="none"
      autocomplete=${parts.autocomplete}
      ?required=${parts.required}
      minlength=${parts.minLength ?? nothing}
      maxlength=${parts.maxLength ?? nothing}
      aria-describedby=${parts.describedBy || nothing}
      aria-invalid=${parts.invalid ? 'true' : nothing}
      ?data-focus=${parts.isFirst}
      .value=${parts.value}
      @input=${parts.onInput}
    />
    ${revealButton(localize, label, visible, parts.onToggle)}
    ${
      parts.onMake === undefined
        ? nothing
        : html`<button type="button" @click=${parts.onMake}>${localize.say(formWords, 'generate')}</button>`
    }
    ${parts.value === '' ? nothing : parts.copy}
  </div>`
}

/** Shows or hides a secret. */
export function revealButton(
  localize: Localize,
  label: string,
  visible: boolean,
  toggle: () => void,
): TemplateResult {
  return html`<button
    type="button"
    aria-pressed=${visible ? 'true' : 'false'}
    aria-label=${localize.say(formWords, 'show_name', { name: label })}
    @click=${toggle}
  >${localize.say(formWords, visible ? 'hide' : 'show')}</button>`
}
