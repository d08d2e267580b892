import { html, nothing, type TemplateResult } from 'lit'
import type { Operation } from '../../bff/contract/operation.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'

type Attention = NonNullable<Operation['attention']>
type Part = 'known' | 'unknown' | 'choices'

/** What staff need to decide about an operation whose outcome is not known: facts, gaps, choices. */
export function attentionView(
  localize: Localize,
  { attention, state }: Operation,
): TemplateResult | typeof nothing {
  if (attention === undefined) return nothing
  const lists = html`${list(localize, 'known', attention)} ${list(localize, 'unknown', attention)}
    ${list(localize, 'choices', attention)}`
  // While it is being found out nobody need decide anything: it is there to be opened.
  return html`<details part="attention" class="attention" ?open=${state === 'attention'}>
    <summary>${localize.say(doingWords, 'attention')}</summary>
    ${lists}
  </details>`
}

function list(
  localize: Localize,
  part: Part,
  attention: Attention,
): TemplateResult | typeof nothing {
  const texts = attention[part]
  if (texts.length === 0) return nothing
  return html`<p><strong>${localize.say(doingWords, `attention_${part}`)}</strong></p>
    <ul>${texts.map(({ text }) => html`<li>${text}</li>`)}</ul>`
}
