import { html, nothing, type TemplateResult } from 'lit'
import type { UsagePart } from '../../bff/contract/resources.ts'
import type { Localize } from '../locales/localize.ts'
import { usageWords } from '../locales/usage-words.ts'
import { meter } from '../parts/meter.ts'
import { monthWords, percentWords } from './number-words.ts'
import { isMonthly, NEARLY, type Standing, standingOf } from './usage.machine.ts'

/** One part of the usage: its numbers in words, and a bar where there is a limit. */
export function partView(localize: Localize, part: UsagePart, month: string): TemplateResult {
  const standing = standingOf(part)
  const label = isMonthly(part)
    ? localize.say(usageWords, 'usage_in', { name: part.label, month: monthWords(localize, month) })
    : part.label
  const said = inWords(localize, part, standing)
  const warning = warningOf(localize, standing)
  return html`<div part="usage" class="usage" data-key=${part.key}>
    <dt>${label}</dt>
    <dd>
      ${standing.kind === 'limited' ? meter(label, standing.share, NEARLY, said) : nothing}
      <p class=${standing.kind === 'error' ? 'fault' : ''}>
        ${said} ${warning === undefined ? nothing : html`<strong class="fault">${warning}</strong>`}
      </p>
    </dd>
  </div>`
}

function inWords(localize: Localize, { unit }: UsagePart, standing: Standing): string {
  const amount = (value: number) =>
    unit === 'bytes' ? localize.bytes(value) : localize.number(value)
  switch (standing.kind) {
    case 'error':
      return standing.text
    case 'unknown':
      return localize.say(usageWords, 'usage_unknown')
    case 'unlimited':
      return localize.say(usageWords, 'usage_unlimited', { used: amount(standing.used) })
    case 'zero':
      return localize.say(usageWords, 'usage_zero', { used: amount(standing.used) })
    case 'limited':
      return localize.say(usageWords, 'usage_of', {
        used: amount(standing.used),
        limit: amount(standing.limit),
        percent: percentWords(localize, standing.share),
      })
  }
}

function warningOf(localize: Localize, standing: Standing): string | undefined {
  switch (standing.kind) {
    case 'zero':
      return standing.isOver ? localize.say(usageWords, 'usage_over') : undefined
    case 'limited':
      return standing.level === 'well'
        ? undefined
        : localize.say(usageWords, standing.level === 'over' ? 'usage_over' : 'usage_full')
    default:
      return undefined
  }
}
