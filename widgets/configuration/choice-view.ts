import { html, type nothing, type TemplateResult } from 'lit'
import type { Configuration } from '../../bff/contract/resources.ts'
import type { Service } from '../../bff/contract/service.ts'
import { addressOf } from './card-view.ts'
import type { Say } from './words.ts'

interface Around {
  readonly say: Say
  /** Id that is offered first. */
  readonly offered: string | null
  readonly choose: (configuration: Configuration) => void
}

/** Whether the service has an account, as far as its state tells; the BFF decides. Pure. */
export function isFixed({ state }: Service): boolean {
  return state === 'active' || state === 'suspended'
}

/** The service's server, and the choice of it while there is no account. */
export function choice(
  service: Service,
  configurations: readonly Configuration[],
  { say, offered, choose }: Around,
): TemplateResult {
  const current = configurations.find(({ id }) => id === service.configuration)
  const enabled = configurations.filter(({ disabled }) => !disabled)
  return html`<p part="chosen">
      ${
        current === undefined
          ? say('chosen_none')
          : html`<strong>${say('chosen', { name: current.label })}</strong>`
      }
    </p>
    ${
      isFixed(service)
        ? html`<p class="muted">${say('chosen_fixed')}</p>`
        : form(enabled, { say, offered: offered ?? service.configuration, choose })
    }`
}

function form(
  enabled: readonly Configuration[],
  { say, offered, choose }: Around,
): TemplateResult | typeof nothing {
  if (enabled.length === 0) return html`<p class="muted">${say('choice_none')}</p>`
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    // Only this form listens.
    const select = (event.currentTarget as HTMLFormElement).querySelector('select')
    const chosen = enabled.find(({ id }) => id === select?.value)
    if (chosen !== undefined) choose(chosen)
  }
  return html`<form part="choice" class="row" @submit=${submit}>
    <label for="choice">${say('choice')}</label>
    <select id="choice" class="grow">
      ${enabled.map(
        (each) => html`<option value=${each.id} .selected=${each.id === offered}>
          ${each.label} · ${addressOf(each)}
        </option>`,
      )}
    </select>
    <button class="highlight">${say('choose')}</button>
  </form>`
}
