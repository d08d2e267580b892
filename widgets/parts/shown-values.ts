import { html, nothing, type TemplateResult } from 'lit'
import type { ShownValue } from '../../bff/contract/operation.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'

function written(localize: Localize, { format, value }: ShownValue): string | TemplateResult {
  if (value === null)
    return format === 'bytes' || format === 'number'
      ? localize.text('unlimited')
      : localize.say(doingWords, 'none')
  if (Array.isArray(value))
    return value.length === 0
      ? localize.say(doingWords, 'none')
      : html`<ul>${value.map((item) => html`<li><bdi>${item}</bdi></li>`)}</ul>`
  switch (format) {
    case 'bytes':
      return typeof value === 'number' ? localize.bytes(value) : String(value)
    case 'number':
      return typeof value === 'number' ? localize.number(value) : String(value)
    case 'datetime':
      return localize.date(String(value))
    case 'boolean':
      return localize.say(doingWords, value === true ? 'yes' : 'no')
    case 'text':
    case 'list':
    case 'secret':
      return html`<bdi>${String(value)}</bdi>`
  }
}

/** What an action gave back, each by its format. A part that failed says so alone. */
export function shownValues(
  localize: Localize,
  values: readonly ShownValue[],
): TemplateResult | typeof nothing {
  if (values.length === 0) return nothing
  return html`<dl part="values" class="values">
    ${values.map(
      (value) => html`<div>
        <dt>${value.label}</dt>
        <dd>${
          value.error === undefined
            ? written(localize, value)
            : html`<span class="fault">${value.error.text}</span>`
        }</dd>
      </div>`,
    )}
  </dl>`
}
